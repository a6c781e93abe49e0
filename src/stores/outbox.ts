import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { newId } from '../support/new-id.js';
import { sqlNow, sqlNowOnce } from './sql-now.js';

/** An event for one receiver. */
export interface NewDelivery {
  readonly receiver: string;
  readonly messageId: string;
  readonly body: string;
}

/** One that this node has taken. */
export interface Delivery {
  readonly id: string;
  readonly messageId: string;
  readonly body: string;
  /** This one included; it tells whether the row is still this node's. */
  readonly attempts: number;
  /** Milliseconds since it was written. */
  readonly age: number;
}

export interface OutboxFigures {
  readonly waiting: number;
  readonly dead: number;
  /** Milliseconds since the oldest that waits was written. */
  readonly oldest: number;
}

/** Rows of one statement: PostgreSQL takes 65,535 bindings. */
const CHUNK = 5_000;

/** Takes what is due, until its lease is over; nobody waits for what another node is taking. */
const CLAIM = `
  UPDATE webhook_deliveries d
  SET attempts = d.attempts + 1, due_at = n.now + :lease * interval '1 millisecond'
  FROM (SELECT CAST(:now AS timestamptz) AS now) n
  WHERE d.id IN (
    SELECT id FROM webhook_deliveries
    WHERE receiver = :receiver AND dead_at IS NULL AND due_at <= :now
    ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
  RETURNING d.id, d.message_id AS "messageId", d.body, d.attempts,
    extract(epoch FROM n.now - d.created_at)::float8 * 1000 AS age`;

const SETTLE = `
  UPDATE webhook_deliveries
  SET due_at = CAST(:now AS timestamptz) + :again * interval '1 millisecond',
    dead_at = CASE WHEN :dead THEN CAST(:now AS timestamptz) END
  WHERE id = :id AND attempts = :attempts`;

const NEXT_DUE = `
  SELECT extract(epoch FROM min(due_at) - CAST(:now AS timestamptz))::float8 * 1000 AS ms
  FROM webhook_deliveries WHERE receiver = :receiver AND dead_at IS NULL`;

/** Nobody takes those whose receiver is in no node's settings any more. */
const GIVE_UP = `
  UPDATE webhook_deliveries SET dead_at = :now WHERE id IN (
    SELECT id FROM webhook_deliveries
    WHERE dead_at IS NULL AND created_at < CAST(:now AS timestamptz) - :age * interval '1 millisecond'
    ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED)`;

const FORGET = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries
    WHERE dead_at < CAST(:now AS timestamptz) - :retention * interval '1 millisecond'
    LIMIT :batch FOR UPDATE SKIP LOCKED)`;

const FIGURES = `
  SELECT count(*) FILTER (WHERE dead_at IS NULL)::int AS waiting, count(dead_at)::int AS dead,
    coalesce(greatest(0, extract(epoch FROM CAST(:now AS timestamptz)
      - min(created_at) FILTER (WHERE dead_at IS NULL))), 0)::float8 * 1000 AS oldest
  FROM webhook_deliveries`;

/** What receivers have yet to be told. Written in the transaction of the deed; any node delivers. */
export class OutboxStore {
  constructor(private readonly clock: Clock) {}

  async add(db: Executor, deliveries: readonly NewDelivery[]): Promise<void> {
    const now = sqlNow(db, this.clock);
    const rows = deliveries.map(({ receiver, messageId: message_id, body }) => ({
      ...{ id: newId(this.clock), receiver, message_id, body, created_at: now, due_at: now },
    }));
    for (let at = 0; at < rows.length; at += CHUNK) {
      await db('webhook_deliveries').insert(rows.slice(at, at + CHUNK));
    }
  }

  /** @param lease milliseconds after which another node takes what this one has not settled */
  async claim(
    db: Executor,
    what: { readonly receiver: string; readonly limit: number; readonly lease: number },
  ): Promise<Delivery[]> {
    return (await this.#run(db, CLAIM, what)).rows as Delivery[];
  }

  async arrived(db: Executor, { id, attempts }: Delivery): Promise<void> {
    await db('webhook_deliveries').where({ id, attempts }).delete();
  }

  /** @param again milliseconds until somebody may try again */
  async failed(db: Executor, { id, attempts }: Delivery, again: number): Promise<void> {
    await this.#run(db, SETTLE, { id, attempts, again, dead: false });
  }

  async giveUp(db: Executor, { id, attempts }: Delivery): Promise<void> {
    await this.#run(db, SETTLE, { id, attempts, again: 0, dead: true });
  }

  /** Milliseconds until something is due, less than 0 if it is; undefined where nothing waits. */
  async nextDue(db: Executor, receiver: string): Promise<number | undefined> {
    const { rows } = await this.#run(db, NEXT_DUE, { receiver });
    return (rows as { ms: number | null }[])[0]?.ms ?? undefined;
  }

  /**
   * One bounded step: gives up what is older than `age`, forgets what was given up `retention` ago; both
   * in milliseconds. Answers how much it touched.
   */
  async cleanUp(
    db: Executor,
    what: { readonly age: number; readonly retention: number; readonly batch: number },
  ): Promise<number> {
    const given = await this.#run(db, GIVE_UP, what);
    return given.rowCount + (await this.#run(db, FORGET, what)).rowCount;
  }

  async figures(db: Executor): Promise<OutboxFigures> {
    const { rows } = await this.#run(db, FIGURES, {});
    return (rows as OutboxFigures[])[0] ?? { waiting: 0, dead: 0, oldest: 0 };
  }

  #run(
    db: Executor,
    sql: string,
    bindings: object,
  ): Promise<{ rows: unknown[]; rowCount: number }> {
    const all = { ...bindings, now: sqlNowOnce(db, this.clock) };
    return db.raw(sql, all as never);
  }
}
