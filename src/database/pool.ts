import type { Socket } from 'node:net';
import pg from 'pg';
import { SQLSTATE, sqlStateOf } from './failures.js';

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

/** Checks must refuse within a second; who asked gives up before the last of these frees the connection. */
export const CHECK_BOUNDS: Bounds = {
  connect: 700,
  statement: 700,
  lock: 700,
  answer: 900,
  idleTransaction: 1_000,
};

/** Milliseconds for which a peer is waited for that should end its side of a connection. */
const FAREWELL = 500;

type QueryCallback = (error: Error | null, result: unknown) => void;
type Notice = Pick<pg.DatabaseError, 'code' | 'severity'>;

/**
 * What a commit is told that waited for a synchronous standby in vain, since somebody or
 * statement_timeout cancelled the wait: it is done here alone, and a fail-over loses it.
 */
const ALONE: ReadonlySet<string | undefined> = new Set(['01000', '57P01']);

/** A connection that missed its bound is closed: its late answer must not meet the next statement. */
class BoundedClient extends pg.Client {
  /** As the server itself says when a connection is opened. */
  standby = false;
  #alone: Notice | undefined;

  constructor(config?: pg.ClientConfig) {
    super(config);
    // The pool listens to idle connections alone: one that breaks between the statements of a
    // transaction would end the process. Its next statement fails, and the pool drops it then.
    this.on('error', () => undefined);
    // By the code alone: the words, the severity's too, are in the server's language.
    this.on('notice', ({ code, severity }) => {
      if (ALONE.has(code)) this.#alone = { code, severity };
    });
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.on(
      'parameterStatus',
      (status: { parameterName: string; parameterValue: string }) => {
        if (status.parameterName === 'in_hot_standby')
          this.standby = status.parameterValue === 'on';
      },
    );
  }

  // pg's overloads cannot be written once more; both knex and pg.Pool call with (query, callback).
  override query(...args: never[]): never {
    const parameters: unknown[] = args;
    const callback = parameters.at(-1);
    if (typeof callback === 'function') {
      parameters[parameters.length - 1] = (error: Error | null, result: unknown) => {
        if (error?.message === 'Query read timeout') void this.end();
        (callback as QueryCallback)(error ?? this.#committedAlone(), result);
      };
    }
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to this, right here
    return Reflect.apply(super.query, this, parameters) as never;
  }

  /** A warning says so only where the statement has ended its transaction. */
  #committedAlone(): Error | null {
    const notice = this.#alone;
    this.#alone = undefined;
    if (notice === undefined || this.getTransactionStatus() !== 'I') return null;
    return Object.assign(new Error('committed without its standby'), notice);
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

type ConnectCallback = (error?: Error, client?: pg.PoolClient, release?: () => void) => void;

/** Where a pooler refuses our bounds on the server's side, those on this side have to do. */
class BoundedPool extends pg.Pool {
  // As with queries: pg.Pool itself calls with a callback, knex awaits.
  override connect(...[callback]: never[]): never {
    const connecting = this.#connect();
    if (typeof callback !== 'function') return connecting as never;
    const told: ConnectCallback = callback;
    connecting.then(
      (client) => told(undefined, client, client.release.bind(client)),
      (error: unknown) => told(error as Error),
    );
    return undefined as never;
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await super.connect();
    } catch (error) {
      if (sqlStateOf(error) !== SQLSTATE.PROTOCOL_VIOLATION) throw error;
      Object.assign(this.options, bareParameters);
      return super.connect();
    }
  }
}

const bareParameters = {
  statement_timeout: undefined,
  lock_timeout: undefined,
  idle_in_transaction_session_timeout: undefined,
  options: undefined,
};

/**
 * Where rows are found by their ids, any plan but that of the index is wrong, however small the table was
 * when it was made; and PostgreSQL would make it anew each time, since a list of ids may be shorter than it
 * assumes. Measured: 0.14 ms of its processor for a check of one session, against 0.87.
 */
const BY_ID = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off';

/** A standby would say of what has not arrived there that it does not exist. */
function refuseStandby(client: pg.ClientBase): void {
  if (!(client instanceof BoundedClient && client.standby)) return;
  const state = { code: SQLSTATE.NOT_IN_PREREQUISITE_STATE, severity: 'FATAL' };
  throw Object.assign(new Error('a standby'), state);
}

interface PoolOptions {
  readonly max: number;
  readonly bounds: Bounds;
  /** Whoever asks whether it is a standby has to be let in. Default false. */
  readonly admitStandby?: boolean;
  /** For prepared statements that find rows by their ids, and no others. Default false. */
  readonly byId?: boolean;
  /** As PostgreSQL shows it. Default `portcullis`. */
  readonly name?: string;
}

/** A pool whose every wait is bounded. */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const { bounds, max, admitStandby = false, byId = false, name = 'portcullis' } = options;
  const pool = new BoundedPool({
    Client: BoundedClient,
    ...(admitStandby ? {} : { onConnect: refuseStandby }),
    connectionString: url,
    max,
    connectionTimeoutMillis: bounds.connect,
    query_timeout: bounds.answer,
    statement_timeout: bounds.statement,
    lock_timeout: bounds.lock,
    idle_in_transaction_session_timeout: bounds.idleTransaction,
    ...(byId ? { options: BY_ID } : {}),
    keepAlive: true,
    application_name: name,
  });
  // An idle connection that breaks is dropped by the pool; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
