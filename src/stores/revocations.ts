import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { sqlNow } from './sql-now.js';

/** Why, as far as a client is concerned. */
export type RevocationReason = 'SESSION_REVOKED' | 'ACCOUNT_DISABLED';

/** An append-only fact that denies tokens. */
export type Revocation = { readonly reason: RevocationReason } & (
  | { readonly kind: 'sessions'; readonly sessionIds: readonly string[] }
  | { readonly kind: 'user'; readonly userId: string; readonly epoch: number }
  | { readonly kind: 'everyone'; readonly epoch: number }
);

/** The facts; each is written in the transaction that causes it. */
export class RevocationStore {
  constructor(private readonly clock: Clock) {}

  async append(db: Executor, revocation: Revocation): Promise<void> {
    if (revocation.kind === 'sessions' && revocation.sessionIds.length === 0) return;
    await db('revocations').insert({
      at: sqlNow(db, this.clock),
      kind: revocation.kind,
      reason: revocation.reason,
      session_ids: revocation.kind === 'sessions' ? revocation.sessionIds : null,
      user_id: revocation.kind === 'user' ? revocation.userId : null,
      epoch: revocation.kind === 'sessions' ? null : revocation.epoch,
    });
  }

  /** Forgets what can stop no token any more. @param age milliseconds that the longest token lives */
  async forget(db: Executor, age: number, batch: number): Promise<number> {
    const old = db('revocations')
      .select('id')
      .whereRaw("at < ? - ? * interval '1 millisecond'", [sqlNow(db, this.clock), age])
      .limit(batch);
    return db('revocations').whereIn('id', old).delete();
  }
}
