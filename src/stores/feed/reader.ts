import { DedicatedConnection } from '../../database/index.js';
import type { Database } from '../../database/index.js';
import { DOORBELL } from '../revocations.js';
import { Doorbell } from './doorbell.js';
import { isElsewhere, lookOf, pageOf } from './page.js';
import type { FeedPage, Look, Row } from './page.js';
import { CONFIRM, LOAD, POLL } from './statements.js';

/**
 * Milliseconds. A full load may be large; a poll that takes this long found a dead connection, which is to
 * be replaced before a second is over.
 */
const LOAD_TIMEOUT = 30_000;
const POLL_TIMEOUT = 700;

export interface FeedOptions {
  /** Milliseconds: older revocations stop no token any more. */
  readonly lifetime: number;
  /** The moment that statements take for now; `null` is the database's own clock. */
  readonly now: () => Date | null;
  /** The doorbell rang, or the connection is gone: there is something to learn by looking. */
  readonly onRing: () => void;
}

/** One connection that follows the revocations: it listens for the doorbell and looks. */
export class FeedReader {
  readonly #database: Database;
  readonly #connection: DedicatedConnection;
  readonly #doorbell: Doorbell;
  readonly #options: FeedOptions;
  #seen: Look | undefined;

  private constructor(
    database: Database,
    connection: DedicatedConnection,
    doorbell: Doorbell,
    options: FeedOptions,
  ) {
    this.#database = database;
    this.#connection = connection;
    this.#doorbell = doorbell;
    this.#options = options;
  }

  /** @throws PortcullisError STORE_UNAVAILABLE, StatementError. */
  static async open(database: Database, options: FeedOptions): Promise<FeedReader> {
    const doorbell = new Doorbell(options.onRing);
    const connection = await DedicatedConnection.open(database.url, {
      onLost: options.onRing,
      onNotice: (word) => doorbell.hear(word),
    });
    await connection.query(`LISTEN ${DOORBELL}`, [], { timeout: POLL_TIMEOUT });
    return new FeedReader(database, connection, doorbell, options);
  }

  /**
   * Whether a ring from another connection arrives here.
   * @throws PortcullisError STORE_UNAVAILABLE, StatementError: nobody can tell.
   */
  hearsDoorbell(): Promise<boolean> {
    return this.#doorbell.test((word) =>
      this.#database.read((db) => db.raw('SELECT pg_notify(?, ?)', [DOORBELL, word])),
    );
  }

  /**
   * What is new; everything, at the first look and whenever the database turns out to be another than
   * before.
   */
  async read(): Promise<FeedPage> {
    const since = this.#seen;
    if (!since) return this.#load();
    const rows = await this.#query(POLL, POLL_TIMEOUT, since.snapshot);
    const seen = lookOf(rows);
    if (isElsewhere(since, seen)) return this.#load();
    this.#seen = seen;
    return pageOf(rows, seen, false);
  }

  /**
   * Whether the last look saw all that is committed by now. One small statement, which looks at no session and
   * costs the same however many there are.
   * @throws PortcullisError STORE_UNAVAILABLE, StatementError.
   */
  async confirm(): Promise<boolean> {
    const { snapshot, timeline } = this.#seen ?? {};
    if (snapshot === undefined || timeline === undefined) return false;
    const answer = await this.#connection.text('portcullis_confirm', CONFIRM, [snapshot, timeline]);
    return answer === 'true';
  }

  close(): void {
    this.#connection.close();
  }

  async #load(): Promise<FeedPage> {
    const rows = await this.#query(LOAD, LOAD_TIMEOUT, this.#options.lifetime);
    this.#seen = lookOf(rows);
    return pageOf(rows, this.#seen, true);
  }

  #query(text: string, timeout: number, since: number | string): Promise<Row[]> {
    const values = [this.#options.now(), since];
    return this.#connection.query<Row>(text, values, { timeout });
  }
}
