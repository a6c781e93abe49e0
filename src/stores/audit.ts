import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { newId } from '../support/new-id.js';
import { sqlNow } from './sql-now.js';

export type AuditType =
  | 'user.registered'
  | 'user.created'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.scopes-changed'
  | 'user.password-changed'
  | 'user.sessions-revoked'
  | 'session.started'
  | 'session.refused'
  | 'session.reauthenticated'
  | 'session.reauthentication-refused'
  | 'session.logged-out'
  | 'session.revoked'
  | 'session.refresh-reused'
  | 'everyone.revoked'
  | 'key.created'
  | 'key.rotated'
  | 'key.revoked'
  | 'key.re-encrypted'
  | 'key.deleted';

export interface AuditEvent {
  readonly type: AuditType;
  /** Who did it; absent when nobody was signed in. */
  readonly actorId?: string | undefined;
  /** To whom. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly ip?: string | null | undefined;
  readonly detail?: string | null | undefined;
}

/** What happened, append-only, written in the transaction of the deed. */
export class AuditStore {
  constructor(private readonly clock: Clock) {}

  newId(): string {
    return newId(this.clock);
  }

  append(db: Executor, event: AuditEvent): Promise<void> {
    return this.appendAll(db, [event]);
  }

  async appendAll(db: Executor, events: readonly AuditEvent[]): Promise<void> {
    const at = sqlNow(db, this.clock);
    const rows = events.map((event) => ({
      id: this.newId(),
      at,
      type: event.type,
      actor_id: event.actorId ?? null,
      user_id: event.userId ?? null,
      session_id: event.sessionId ?? null,
      ip: event.ip ?? null,
      detail: event.detail ?? null,
    }));
    await db('audit_events').insert(rows);
  }
}
