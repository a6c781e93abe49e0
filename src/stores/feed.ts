import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DedicatedConnection } from '../database/index.js';
import type { Database } from '../database/index.js';
import { CONFIRM, LOAD, POLL } from './feed-statements.js';
import { DOORBELL } from './revocations.js';
import type { Revocation, RevocationReason } from './revocations.js';

/** A revocation as the feed brings it. */
export interface FeedItem {
  /** Null where many come together. */
  readonly id: string | null;
  /** Milliseconds since it was written, by the database's clock. */
  readonly age: number;
  readonly revocation: Revocation;
  /** Somebody waits to hear that this node applied it. */
  readonly wantsReceipt: boolean;
}

/** The answer of one look. */
export interface FeedPage {
  /** All that is in force; otherwise what is new since the look before. */
  readonly complete: boolean;
  readonly items: readonly FeedItem[];
  /** The database's clock, milliseconds since the epoch. */
  readonly databaseTime: number;
  /** Of the signing keys; see SigningKeyStore.VERSION_SQL. */
  readonly keysVersion: string;
}

interface Row {
  readonly snapshot: string | null;
  readonly timeline: string | null;
  readonly now: Date | null;
  readonly keysVersion: string | null;
  readonly id: string | null;
  readonly age: number;
  readonly kind: Revocation['kind'];
  readonly reason: RevocationReason;
  readonly sessionIds: string[] | null;
  /** Of a full load: ids one behind the other. */
  readonly many: string | null;
  readonly userIds: string[] | null;
  readonly epochs: number[] | null;
  readonly epoch: number | null;
  readonly wantsReceipt: boolean;
}

/** Characters of a UUID as text. */
const UUID_LENGTH = 36;

/**
 * Milliseconds. A full load may be large; a poll that takes this long found a dead connection, which is to
 * be replaced before a second is over.
 */
const LOAD_TIMEOUT = 30_000;
const POLL_TIMEOUT = 700;
const SELF_TEST_TIMEOUT = 2_000;

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
  readonly #options: FeedOptions;
  /** What the self-test listens for. */
  readonly #words: Map<string, () => void>;
  #seen: Look | undefined;

  private constructor(
    database: Database,
    connection: DedicatedConnection,
    options: FeedOptions,
    words: Map<string, () => void>,
  ) {
    this.#database = database;
    this.#connection = connection;
    this.#options = options;
    this.#words = words;
  }

  /** @throws PortcullisError STORE_UNAVAILABLE, StatementError. */
  static async open(database: Database, options: FeedOptions): Promise<FeedReader> {
    const words = new Map<string, () => void>();
    const connection = await DedicatedConnection.open(database.url, {
      onLost: options.onRing,
      onNotice: (word) => {
        if (word === '') options.onRing();
        else words.get(word)?.();
      },
    });
    await connection.query(`LISTEN ${DOORBELL}`, [], { timeout: POLL_TIMEOUT });
    return new FeedReader(database, connection, options, words);
  }

  /**
   * Whether a ring from another connection arrives here: a pooler in transaction mode answers LISTEN
   * and delivers nothing, and a pooler in between may do so at any time.
   */
  async hearsDoorbell(): Promise<boolean> {
    const word = randomUUID();
    const stopWaiting = new AbortController();
    const heard = new Promise<true>((resolve) => this.#words.set(word, () => resolve(true)));
    const silence = delay(SELF_TEST_TIMEOUT, false, { signal: stopWaiting.signal, ref: false });
    try {
      await this.#database.read((db) => db.raw('SELECT pg_notify(?, ?)', [DOORBELL, word]));
      return await Promise.race([heard, silence]);
    } catch {
      return false;
    } finally {
      this.#words.delete(word);
      stopWaiting.abort();
      silence.catch(() => undefined);
    }
  }

  /**
   * What is new; everything, at the first look and whenever the database turns out to be another than
   * before: after a failover it hands out the same transaction numbers once more.
   */
  async read(): Promise<FeedPage> {
    const since = this.#seen;
    if (!since) return this.#load();
    const rows = await this.#query(POLL, POLL_TIMEOUT, since.snapshot);
    const seen = lookOf(rows);
    if (seen.timeline !== since.timeline || wentBack(since.snapshot, seen.snapshot)) {
      return this.#load();
    }
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

interface Look {
  readonly snapshot: string;
  readonly timeline: string;
  readonly now: Date;
  readonly keysVersion: string;
}

/** Found by what it says: a parallel plan owes nobody an order. */
function lookOf(rows: readonly Row[]): Look {
  for (const { snapshot, timeline, now, keysVersion } of rows) {
    if (snapshot === null || timeline === null || now === null || keysVersion === null) continue;
    return { snapshot, timeline, now, keysVersion };
  }
  throw new Error('the feed answered without its snapshot');
}

/** Whether the transaction numbers did: `xmin:xmax:…`, see pg_snapshot. */
function wentBack(before: string, after: string): boolean {
  const [, xmaxBefore = '0'] = before.split(':');
  const [, xmaxAfter = '0'] = after.split(':');
  return BigInt(xmaxAfter) < BigInt(xmaxBefore);
}

function pageOf(rows: readonly Row[], look: Look, complete: boolean): FeedPage {
  const items = rows
    .filter(({ snapshot }) => snapshot === null)
    .map((row) => ({
      id: row.id,
      age: row.age,
      revocation: revocationOf(row),
      wantsReceipt: row.wantsReceipt,
    }));
  const { now, keysVersion } = look;
  return { complete, items, databaseTime: now.getTime(), keysVersion };
}

function* idsIn(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += UUID_LENGTH) yield text.slice(at, at + UUID_LENGTH);
}

function revocationOf(row: Row): Revocation {
  const { kind, reason } = row;
  switch (kind) {
    case 'sessions':
      return { kind, reason, sessionIds: row.sessionIds ?? [...idsIn(row.many ?? '')] };
    case 'users': {
      const epochs = row.epochs ?? [];
      const users = (row.userIds ?? []).map((userId, at) => ({ userId, epoch: epochs[at] ?? 0 }));
      return { kind, reason, users };
    }
    case 'everyone':
      return { kind, reason, epoch: row.epoch ?? 0 };
  }
}
