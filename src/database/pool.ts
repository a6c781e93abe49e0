import type { Socket } from 'node:net';
import pg from 'pg';

/** Bounds on every wait, in milliseconds. The drivers' own defaults are all infinite. */
export interface Bounds {
  /** Opening a connection, or waiting for a free one. */
  readonly connect: number;
  /** One statement, on the server. */
  readonly statement: number;
  /** Waiting for a row lock, on the server. */
  readonly lock: number;
  /** One statement, seen from here: the server may be frozen, or the network a black hole. */
  readonly answer: number;
  /** A transaction that was left open, on the server. */
  readonly idleTransaction: number;
}

export const BOUNDS: Bounds = {
  connect: 2_000,
  statement: 5_000,
  lock: 2_000,
  answer: 6_000,
  idleTransaction: 10_000,
};

/** Checks must refuse within a second, so each of their waits is a fraction of one. */
export const CHECK_BOUNDS: Bounds = {
  connect: 700,
  statement: 700,
  lock: 700,
  answer: 700,
  idleTransaction: 1_000,
};

/** Milliseconds for which a peer is waited for that should end its side of a connection. */
const FAREWELL = 500;

type QueryCallback = (error: Error | null, result: unknown) => void;

/** A connection that missed its bound is closed: its late answer must not meet the next statement. */
class BoundedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // The pool listens to idle connections alone: one that breaks between the statements of a
    // transaction would end the process. Its next statement fails, and the pool drops it then.
    this.on('error', () => undefined);
  }

  // pg's overloads cannot be written once more; both knex and pg.Pool call with (query, callback).
  override query(...args: never[]): never {
    const parameters: unknown[] = args;
    const callback = parameters.at(-1);
    if (typeof callback === 'function') {
      parameters[parameters.length - 1] = (error: Error | null, result: unknown) => {
        if (error?.message === 'Query read timeout') void this.end();
        (callback as QueryCallback)(error, result);
      };
    }
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to this, right here
    return Reflect.apply(super.query, this, parameters) as never;
  }

  /** A network that swallows everything would keep the socket, and with it the process, for a quarter of an hour. */
  override end(...args: never[]): never {
    // pg has no other way to drop a connection whose peer does not answer.
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
    const timer = setTimeout(() => stream.destroy(), FAREWELL).unref();
    stream.once('close', () => clearTimeout(timer));
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to this, right here
    return Reflect.apply(super.end, this, args) as never;
  }
}

/** A pool whose every wait is bounded. */
export function createPool(url: string, options: { max: number; bounds: Bounds }): pg.Pool {
  const { bounds, max } = options;
  const pool = new pg.Pool({
    Client: BoundedClient,
    connectionString: url,
    max,
    connectionTimeoutMillis: bounds.connect,
    query_timeout: bounds.answer,
    statement_timeout: bounds.statement,
    lock_timeout: bounds.lock,
    idle_in_transaction_session_timeout: bounds.idleTransaction,
    keepAlive: true,
    application_name: 'portcullis',
  });
  // An idle connection that breaks is dropped by the pool; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
