import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { SigningKeyStore } from './signing-keys.js';
import { sqlNow, sqlNowOnce } from './sql-now.js';

/** A server as it reports itself. */
export interface NodeIdentity {
  readonly id: string;
  /** For people: host and port. */
  readonly name: string;
  readonly version: string;
}

/** A server as the others see it. */
export interface NodeRecord extends NodeIdentity {
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** Up to here it had seen every revocation when it last reported; null where it follows no feed. */
  readonly mark: Date | null;
}

/** What a node says of its knowledge. */
export interface NodeKnowledge {
  /** Milliseconds since its mark; undefined where it has none. */
  readonly markAge: number | undefined;
  /** Of the signing keys that it has loaded. */
  readonly keysVersion: string | undefined;
}

/** A node's word that it applied a revocation. */
export interface Receipt {
  readonly nodeId: string;
  readonly name: string;
  /** Milliseconds from the writing of the revocation, by the database's clock; null: not yet. */
  readonly appliedAfter: number | null;
}

/** Milliseconds since its last report after which a node counts as gone. */
const GONE_AFTER = 30_000;

/** Which servers run, and what they have applied. */
export class NodeStore {
  constructor(private readonly clock: Clock) {}

  /** Says that the node lives. Answers the database's own time and its version of the signing keys. */
  async report(
    db: Executor,
    node: NodeIdentity,
    { markAge, keysVersion }: NodeKnowledge,
  ): Promise<{ time: Date; keysVersion: string }> {
    const now = sqlNow(db, this.clock);
    const mark =
      markAge === undefined ? null : db.raw("? - ? * interval '1 millisecond'", [now, markAge]);
    const rows = await db('nodes')
      .insert({ ...node, started_at: now, seen_at: now, mark, keys_version: keysVersion ?? null })
      .onConflict('id')
      .merge(['seen_at', 'mark', 'name', 'keys_version'])
      .returning<{ time: Date; keysVersion: string }[]>([
        db.raw('clock_timestamp() AS time'),
        db.raw(`${SigningKeyStore.VERSION_SQL} AS "keysVersion"`),
      ] as never);
    return rows[0] ?? { time: new Date(NaN), keysVersion: '' };
  }

  async remove(db: Executor, id: string): Promise<void> {
    await db('nodes').where({ id }).delete();
  }

  /** The nodes that live, oldest first. */
  async list(db: Executor): Promise<NodeRecord[]> {
    return this.#alive(db)
      .select<NodeRecord[]>(
        'id',
        'name',
        'version',
        'started_at as startedAt',
        'seen_at as seenAt',
        'mark',
      )
      .orderBy(['started_at', 'id']);
  }

  /** Whether every living node has loaded the signing keys as they are now. */
  async knowKeys(db: Executor): Promise<boolean> {
    const behind = this.#alive(db).whereRaw(
      `keys_version IS DISTINCT FROM ${SigningKeyStore.VERSION_SQL}`,
    );
    return (await behind.select('id').first()) === undefined;
  }

  /** Says that the node has applied these revocations. */
  async acknowledge(db: Executor, nodeId: string, revocationIds: readonly string[]): Promise<void> {
    const at = sqlNow(db, this.clock);
    await db('receipts')
      .insert(revocationIds.map((id) => ({ revocation_id: id, node_id: nodeId, at })))
      .onConflict(['revocation_id', 'node_id'])
      .ignore();
  }

  /** Every living node, and when it applied the revocation. */
  async receipts(db: Executor, revocationId: string): Promise<Receipt[]> {
    return this.#alive(db)
      .leftJoin('receipts', (join) => {
        void join
          .on('receipts.node_id', 'nodes.id')
          .andOn('receipts.revocation_id', db.raw('?', [revocationId]));
      })
      .leftJoin('revocations', 'revocations.id', 'receipts.revocation_id')
      .select<Receipt[]>(
        'nodes.id as nodeId',
        'name',
        db.raw(
          '(extract(epoch FROM receipts.at - revocations.at) * 1000)::float8 AS "appliedAfter"',
        ),
      )
      .orderBy(['started_at', 'nodes.id']);
  }

  /** Forgets nodes that are gone and receipts that nobody waits for any more. */
  async forget(db: Executor): Promise<void> {
    const longAgo = this.#ago(db, 10 * GONE_AFTER);
    const gone = db('nodes').where('seen_at', '<', longAgo).delete();
    await db.with('gone', gone).from('receipts').where('at', '<', longAgo).delete();
  }

  #alive(db: Executor) {
    return db('nodes').where('seen_at', '>=', this.#ago(db, GONE_AFTER));
  }

  #ago(db: Executor, milliseconds: number) {
    return db.raw("? - ? * interval '1 millisecond'", [sqlNowOnce(db, this.clock), milliseconds]);
  }
}
