import type { Executor } from '../database/index.js';
import { validate as isUuid } from 'uuid';
import { storeUnavailable } from '../errors/portcullis-error.js';
import type { AuditFilter, AuditRecord } from './audit.js';

/** An event with all that the log keeps of it. */
export interface ExportedEvent extends AuditRecord {
  /** How many sessions the deed ended. */
  readonly ended: number;
}

/** Events of one page. */
const PAGE = 1_000;

const BEGIN = `
  SELECT CAST(pg_current_snapshot() AS text) AS snapshot, CAST(clock_timestamp() AS text) AS began,
    left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline`;

/**
 * What the snapshot shows, so that what commits meanwhile is left to the next export, whatever its time.
 * Rows that were restored from a dump bear transaction numbers of another cluster, which may be yet to
 * come here; their times are not. "at" goes along as text: a Date has no microseconds.
 */
const NEXT = `
  SELECT id, at, type, actor_id AS "actorId", user_id AS "userId", session_id AS "sessionId", ip, detail,
    ended, CAST(at AS text) AS place, left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline
  FROM audit_events
  WHERE at >= CAST(:at AS timestamptz) AND (at, id) > (CAST(:at AS timestamptz), CAST(:id AS uuid))
    AND (pg_visible_in_snapshot(xid, CAST(:snapshot AS pg_snapshot))
      OR (xid >= pg_snapshot_xmax(CAST(:snapshot AS pg_snapshot))
        AND at < CAST(:began AS timestamptz) - interval '1 minute'))
    AND (CAST(:until AS timestamptz) IS NULL OR at < CAST(:until AS timestamptz))
    AND (CAST(:type AS text) IS NULL OR type = :type)
    AND (CAST(:userId AS uuid) IS NULL OR user_id = CAST(:userId AS uuid))
  ORDER BY at, id LIMIT ${PAGE}`;

type Row = ExportedEvent & { readonly place: string; readonly timeline: string };
type Read = <T>(work: (db: Executor) => Promise<T>) => Promise<T>;

/**
 * Every event that matches and was committed when the first page was asked for, once, oldest first; one
 * page at a time is in memory.
 * @param read runs each page's statement
 * @throws PortcullisError STORE_UNAVAILABLE, after a failover of the database too: what the export had
 * shown may not have happened there.
 */
export async function* exportAuditEvents(
  read: Read,
  { type = null, userId = null, since, until }: Omit<AuditFilter, 'sessionId'>,
): AsyncGenerator<ExportedEvent, void> {
  if (userId !== null && !isUuid(userId)) return;
  const first = async (db: Executor) => {
    const { rows } = await db.raw<{
      rows: { snapshot: string; began: string; timeline: string }[];
    }>(BEGIN);
    return rows[0];
  };
  const start = await read(first);
  if (!start) throw storeUnavailable();
  const { snapshot, began, timeline } = start;
  const filter = { type, userId, until: until ?? null, snapshot, began };
  let at = since?.toISOString() ?? '-infinity';
  let id = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const bindings = { ...filter, at, id };
    const { rows } = await read((db) => db.raw<{ rows: Row[] }>(NEXT, bindings as never));
    for (const { place, timeline: here, ...event } of rows) {
      if (here !== timeline) throw storeUnavailable();
      yield event;
      at = place;
      id = event.id;
    }
    if (rows.length < PAGE) return;
  }
}
