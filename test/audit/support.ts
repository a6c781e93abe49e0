import type { TestServer } from '../support/server.js';

/** A row of the log as it is stored. */
export interface Row {
  readonly type: string;
  readonly actor: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly ip: string | null;
  readonly detail: string | null;
  readonly ended: number;
}

const ROWS = `SELECT id, type, actor_id AS actor, user_id AS "user", session_id AS session, ip, detail, ended
  FROM audit_events WHERE NOT id = ANY($1) ORDER BY id`;

/** Answers what was written since it was last asked, oldest first. */
export function newRows({ database }: Pick<TestServer, 'database'>): () => Promise<Row[]> {
  const seen: string[] = [];
  return async () => {
    const rows = await database.query<Row & { id: string }>(ROWS, [seen]);
    seen.push(...rows.map(({ id }) => id));
    return rows.map(({ id: _, ...row }) => row);
  };
}

/** A row in which nothing is said but what is given. */
export function row(type: string, said: Partial<Row> = {}): Row {
  const nothing = { actor: null, user: null, session: null, ip: null, detail: null, ended: 0 };
  return { type, ...nothing, ...said };
}
