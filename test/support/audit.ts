import type { TestDatabase } from './database.js';

export interface AuditRow {
  readonly type: string;
  readonly actor_id: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly detail: string | null;
}

/** What the audit log says of one kind of deed, oldest first. */
export function audited(database: TestDatabase, type: string): Promise<AuditRow[]> {
  const text = `SELECT type, actor_id, user_id, session_id, detail FROM audit_events
    WHERE type = $1 ORDER BY at, id`;
  return database.query<AuditRow>(text, [type]);
}
