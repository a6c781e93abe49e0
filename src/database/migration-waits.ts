import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import { SQLSTATE, sqlStateOf } from './failures.js';

/**
 * Milliseconds for which a migration asks for a lock. Whoever comes after it waits behind its request,
 * and then for what it does with the lock: no reader may wait longer than half a second.
 */
const LOCK_TIMEOUT = 100;
/** Milliseconds between two attempts: those who waited behind the last one get their turn. */
const PAUSE = { first: 300, longest: 4_000 };
/** Milliseconds between two looks at what a migration waits for. */
const LOOK = 50;
/** Milliseconds for which it waits before it says so, and between two times that it does. */
const TELL = { after: 1_000, again: 10_000 };

export interface MigrateOptions {
  /** Told in words for people what a migration waits for, when that takes long. */
  readonly onWait?: (line: string) => void;
  /** Ends it: what is under way is cancelled, and the next start goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

interface Holder {
  readonly pid: number;
  readonly name: string | null;
  readonly seconds: number | null;
}

/**
 * How migrations wait for locks. In a transaction, each request for a lock is given up soon and the
 * transaction begun anew later: a migration that waits for a long reader would keep everybody waiting
 * behind it. What must run outside of a transaction (`CONCURRENTLY`) is in nobody's way and waits as
 * long as it takes.
 */
export class MigrationWaits {
  readonly #db: Knex;
  readonly #lock: Knex;
  readonly #application: string;
  readonly #signal: AbortSignal | undefined;
  readonly #onWait: (line: string) => void;

  /**
   * @param lock the transaction that makes this the only one who migrates
   * @param application name of this one's connections, and of no others
   */
  constructor(
    db: Knex,
    lock: Knex,
    application: string,
    { onWait = () => undefined, signal }: MigrateOptions,
  ) {
    this.#db = db;
    this.#lock = lock;
    this.#application = application;
    this.#onWait = onWait;
    this.#signal = signal;
  }

  /** Runs a file's own transaction or one of its steps. */
  async run(db: Knex, sql: string): Promise<void> {
    if (db.isTransaction) return inTransaction(db, sql);
    if (/\bCONCURRENTLY\b/.test(sql)) await db.raw(sql);
    else await this.#again(() => db.transaction((trx) => inTransaction(trx, sql)));
  }

  /** Does the work, which is one migration; again where it did not get a lock. */
  async during(name: string, work: () => Promise<unknown>): Promise<void> {
    const over = new AbortController();
    // A watch that breaks has lost the lock, as the next step finds out.
    const watching = this.#watch(name, over.signal).catch(() => undefined);
    try {
      await this.#again(work);
    } finally {
      over.abort();
      await watching;
    }
  }

  async #again(work: () => Promise<unknown>): Promise<void> {
    for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.longest)) {
      this.#signal?.throwIfAborted();
      // Whose lock is gone is not the only one any more.
      await this.#lock.raw('SELECT 1');
      try {
        await work();
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await delay(pause, undefined, this.#signal ? { signal: this.#signal } : {});
    }
  }

  /** Says what the migration waits for, and cancels it when it is told to end. */
  async #watch(name: string, over: AbortSignal): Promise<void> {
    let since: number | undefined;
    let told = -Infinity;
    for (;;) {
      await delay(LOOK, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
      if (this.#signal?.aborted === true) await this.#cancel();
      const [holder] = await this.#holders();
      const now = performance.now();
      if (!holder) continue;
      since ??= now;
      if (now - since < TELL.after || now - told < TELL.again) continue;
      told = now;
      this.#onWait(`${name} waits for ${described(holder)}`);
    }
  }

  async #holders(): Promise<Holder[]> {
    const { rows } = await this.#db.raw<{ rows: Holder[] }>(
      `SELECT holder.pid, holder.application_name AS name,
         extract(epoch FROM now() - holder.xact_start)::float8 AS seconds
       FROM pg_stat_activity AS waiting
       CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
       JOIN pg_stat_activity AS holder ON holder.pid = blocking.pid
       WHERE waiting.application_name = ? AND waiting.wait_event_type = 'Lock'
       ORDER BY holder.xact_start`,
      [this.#application],
    );
    return rows;
  }

  async #cancel(): Promise<void> {
    await this.#db.raw(
      `SELECT pg_cancel_backend(waiting.pid) FROM pg_stat_activity AS waiting
       WHERE waiting.application_name = ? AND waiting.state = 'active' AND waiting.pid <> pg_backend_pid()`,
      [this.#application],
    );
  }
}

/** The limits that a role has of its own are for other work. */
async function inTransaction(trx: Knex, sql: string): Promise<void> {
  await trx.raw(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT}; SET LOCAL statement_timeout = 0`);
  await trx.raw(sql);
}

function isPassing(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === SQLSTATE.LOCK_NOT_AVAILABLE || state === SQLSTATE.DEADLOCK_DETECTED;
}

function described({ pid, name, seconds }: Holder): string {
  const who = name === null || name === '' ? '' : ` (${name})`;
  const age = seconds === null ? '' : `, open for ${Math.round(seconds)} s`;
  return `the transaction of process ${pid}${who}${age}`;
}
