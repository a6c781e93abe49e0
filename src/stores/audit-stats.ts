import type { Executor } from '../database/index.js';

/** Deeds by when they happened. */
export interface AuditCounts {
  /** Which bucket, counted from 0. */
  readonly bucket: number;
  readonly logins: number;
  readonly failedLogins: number;
  readonly refreshes: number;
  readonly reusedRefreshes: number;
  readonly endedSessions: number;
}

/** A sign-up starts a session as well, and one deed may end many. */
const COUNT = `
  SELECT floor(extract(epoch FROM at - CAST(:since AS timestamptz)) / :bucketSeconds)::int AS bucket,
    count(*) FILTER (WHERE type = 'session.started')::int AS logins,
    count(*) FILTER (WHERE type = 'session.refused')::int AS "failedLogins",
    count(*) FILTER (WHERE type = 'session.refreshed')::int AS refreshes,
    count(*) FILTER (WHERE type = 'session.refresh-reused')::int AS "reusedRefreshes",
    least(sum(ended), 2147483647)::int AS "endedSessions"
  FROM audit_events WHERE at >= :since AND at < :until GROUP BY 1`;

/** One row for each bucket in which anything happened, in any order. */
export async function countAuditEvents(
  db: Executor,
  range: { readonly since: Date; readonly until: Date; readonly bucketSeconds: number },
): Promise<AuditCounts[]> {
  const { rows } = await db.raw<{ rows: AuditCounts[] }>(COUNT, { ...range });
  return rows;
}
