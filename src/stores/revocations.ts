import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { sqlNow, sqlNowOnce } from './sql-now.js';

/** Why, as far as a client is concerned. */
export type RevocationReason = 'SESSION_REVOKED' | 'ACCOUNT_DISABLED';

/** A user whose tokens from below the epoch are over. */
export interface UserEpoch {
  readonly userId: string;
  readonly epoch: number;
}

/** An append-only fact that denies tokens. */
export type Revocation = { readonly reason: RevocationReason } & (
  | { readonly kind: 'sessions'; readonly sessionIds: readonly string[] }
  | { readonly kind: 'users'; readonly users: readonly UserEpoch[] }
  | { readonly kind: 'everyone'; readonly epoch: number }
);

/**
 * Nodes listen here. Only revocations ring, and a ring says nothing but "look": NOTIFY takes a lock of
 * the whole cluster at commit, and what it carries can be read by every role.
 */
export const DOORBELL = 'portcullis';

export interface AppendOptions {
  /** Milliseconds for which nodes that apply it say so. */
  readonly receiptsFor?: number;
}

/** The facts; each is written in the transaction that causes it. */
export class RevocationStore {
  constructor(private readonly clock: Clock) {}

  /** Answers the id of the fact, or undefined where there was nothing to say. */
  async append(
    db: Executor,
    revocation: Revocation,
    { receiptsFor }: AppendOptions = {},
  ): Promise<string | undefined> {
    if (isEmpty(revocation)) return undefined;
    const { kind } = revocation;
    const users = kind === 'users' ? revocation.users : undefined;
    const rows = await db('revocations')
      .insert({
        at: sqlNow(db, this.clock),
        kind,
        reason: revocation.reason,
        session_ids: kind === 'sessions' ? revocation.sessionIds : null,
        user_ids: users?.map(({ userId }) => userId) ?? null,
        epochs: users?.map(({ epoch }) => epoch) ?? null,
        epoch: kind === 'everyone' ? revocation.epoch : null,
        receipts_until:
          receiptsFor === undefined
            ? null
            : db.raw("? + ? * interval '1 millisecond'", [sqlNow(db, this.clock), receiptsFor]),
      })
      .returning<{ id: string }[]>(['id', db.raw("pg_notify(?, '')", [DOORBELL])] as never);
    return rows[0]?.id;
  }

  /** Forgets what can stop no token any more. @param age milliseconds that the longest token lives */
  async forget(db: Executor, age: number, batch: number): Promise<number> {
    const old = db('revocations')
      .select('id')
      .whereRaw("at < ? - ? * interval '1 millisecond'", [sqlNowOnce(db, this.clock), age])
      .orderBy('at')
      .limit(batch);
    return db('revocations').whereIn('id', old).delete();
  }
}

function isEmpty(revocation: Revocation): boolean {
  if (revocation.kind === 'sessions') return revocation.sessionIds.length === 0;
  return revocation.kind === 'users' && revocation.users.length === 0;
}
