import pg from 'pg';
import { storeUnavailable } from '../errors/portcullis-error.js';
import { within } from '../support/within.js';
import { SQLSTATE, sqlStateOf, translateFailure } from './failures.js';
import { TextStatement } from './text-statement.js';

export interface DedicatedOptions {
  /** Told what NOTIFY carries. */
  readonly onNotice: (payload: string) => void;
  /** Told once when the connection is gone, however it went. */
  readonly onLost: () => void;
}

/** Milliseconds for opening a connection. */
const CONNECT = 2_000;

/**
 * A prepared statement keeps the plan that was made for it, and autovacuum, busy with larger tables, may not tell for
 * hours that this one is small no longer: 1,000 revocations read one by one doubled what a confirmation cost. To
 * forbid that makes plans look dear to PostgreSQL before version 18, and dear ones are compiled: 0.7 s a look.
 */
const BY_INDEX = '-c enable_seqscan=off -c jit=off';

/**
 * A connection outside the pools, which listens. It is never repaired: whoever uses it opens another
 * one, and then has missed something.
 */
export class DedicatedConnection {
  readonly #client: pg.Client;
  #open = true;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** @throws PortcullisError STORE_UNAVAILABLE, StatementError. */
  static async open(url: string, options: DedicatedOptions): Promise<DedicatedConnection> {
    try {
      return await DedicatedConnection.#connect(url, options, BY_INDEX).catch((error: unknown) => {
        if (sqlStateOf(error) !== SQLSTATE.PROTOCOL_VIOLATION) throw error;
        return DedicatedConnection.#connect(url, options);
      });
    } catch (error) {
      throw translateFailure(error);
    }
  }

  /** @param settings of the server; a pooler may refuse them */
  static async #connect(
    url: string,
    options: DedicatedOptions,
    settings?: string,
  ): Promise<DedicatedConnection> {
    const client = new pg.Client({
      connectionString: url,
      options: settings,
      connectionTimeoutMillis: CONNECT,
      keepAlive: true,
      application_name: 'portcullis-feed',
    });
    const connection = new DedicatedConnection(client);
    const lost = () => {
      if (!connection.#open) return;
      connection.close();
      options.onLost();
    };
    client.on('error', lost).on('end', lost);
    client.on('notification', ({ payload }) => options.onNotice(payload ?? ''));
    try {
      await client.connect();
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  /**
   * @param options.timeout milliseconds; a connection that misses it is closed, since a network that
   * swallows everything gives no other sign
   * @throws PortcullisError STORE_UNAVAILABLE, StatementError.
   */
  async query<Row extends object>(
    text: string,
    values: readonly unknown[],
    { timeout }: { timeout: number },
  ): Promise<Row[]> {
    if (!this.#open) throw storeUnavailable();
    try {
      const answer = this.#client.query<Row>(text, [...values]);
      const { rows } = await within(timeout, answer, () => storeUnavailable());
      return rows;
    } catch (error) {
      this.close();
      throw translateFailure(error);
    }
  }

  /**
   * One prepared statement that answers one text; undefined where there is no row. Whatever becomes of it, the
   * connection stays open: that nobody waits any longer is its caller's matter.
   * @throws PortcullisError STORE_UNAVAILABLE, StatementError.
   */
  async text(name: string, text: string, values: (string | null)[]): Promise<string | undefined> {
    if (!this.#open) throw storeUnavailable();
    try {
      return await new Promise((resolve, reject) => {
        const statement = new TextStatement(name, text, values);
        statement.callback = (error, answer) => (error ? reject(error) : resolve(answer));
        this.#client.query(statement);
      });
    } catch (error) {
      throw translateFailure(error);
    }
  }

  /** At once: nobody waits for a peer that may not be there. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#client.end().catch(() => undefined);
    // pg has no other way to drop a connection whose peer does not answer.
    const { connection } = this.#client as unknown as {
      connection: { stream: { destroy(): void } };
    };
    connection.stream.destroy();
  }
}
