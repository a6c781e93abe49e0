import type { Executor } from '../database/index.js';
import type { AuditRecord } from './audit.js';

/** How far a reader has got: everything that this snapshot shows was read. */
export interface AuditMark {
  readonly snapshot: string;
  /** After a failover, snapshots of the timeline before say nothing. */
  readonly timeline: string;
}

export interface AuditNews {
  /** Up to where there is news; the page is complete for it when it is not full. */
  readonly mark: AuditMark;
  readonly events: readonly AuditRecord[];
}

/** Events of one page at most. */
export const TAIL_PAGE = 500;

/**
 * A sequence or a time would lose what commits late, so the question is by snapshots: not seen before,
 * and visible by now. Pages after the first keep to the first one's "now".
 */
const TAIL = `
  SELECT CAST(n.now AS text) AS snapshot, n.timeline, e.*
  FROM (
    SELECT coalesce(CAST(:now AS pg_snapshot), pg_current_snapshot()) AS now,
      left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline
  ) n
  LEFT JOIN LATERAL (
    SELECT id, at, type, actor_id AS "actorId", user_id AS "userId", session_id AS "sessionId",
      ip, detail
    FROM audit_events
    WHERE xid >= pg_snapshot_xmin(CAST(:seen AS pg_snapshot))
      AND NOT pg_visible_in_snapshot(xid, CAST(:seen AS pg_snapshot))
      AND pg_visible_in_snapshot(xid, n.now)
      AND id > CAST(:after AS uuid)
    ORDER BY id LIMIT ${TAIL_PAGE}
  ) e ON true`;

const FIRST = '00000000-0000-0000-0000-000000000000';

type Row = { readonly snapshot: string; readonly timeline: string } & (
  AuditRecord | { readonly id: null }
);

/**
 * The events that `seen` does not show, oldest first; without it none, and the mark to begin with.
 * @param page the page before, of which this is the next
 */
export async function tailAuditEvents(
  db: Executor,
  seen: AuditMark | undefined,
  page?: AuditNews,
): Promise<AuditNews> {
  const bindings = {
    now: page?.mark.snapshot ?? null,
    seen: seen?.snapshot ?? null,
    after: page?.events.at(-1)?.id ?? FIRST,
  };
  const { rows } = await db.raw<{ rows: Row[] }>(TAIL, bindings as never);
  const [{ snapshot, timeline } = { snapshot: '', timeline: '' }] = rows;
  const events = rows.flatMap(({ snapshot: _, timeline: __, ...event }) =>
    event.id === null ? [] : [event],
  );
  return { mark: { snapshot, timeline }, events };
}
