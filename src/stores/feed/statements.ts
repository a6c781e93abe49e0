import { SigningKeyStore } from '../signing-keys.js';

/** Revocations that a confirmation looks through at most. */
const CONFIRM_MOST = 100;

/**
 * Everything committed and not yet seen, and the snapshot that it is complete for, by one statement:
 * a sequence is not commit-ordered, so a cursor over ids would lose the transaction that commits late.
 * One row is the look itself. It fails on a standby, which cannot know what the primary knows.
 */
const LOOK = `
  SELECT pg_current_snapshot()::text AS snapshot,
    left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline, clock_timestamp() AS now,
    ${SigningKeyStore.VERSION_SQL} AS "keysVersion", NULL::bigint AS id, NULL::float8 AS age, NULL AS kind,
    NULL AS reason, NULL::uuid[] AS "sessionIds", NULL AS many, NULL::uuid[] AS "userIds",
    NULL::integer[] AS epochs, NULL::integer AS epoch, NULL::boolean AS "wantsReceipt"`;
const FROM = 'FROM revocations, (SELECT coalesce($1::timestamptz, clock_timestamp()) AS now) n';
const IN_FORCE = `${FROM} WHERE at >= n.now - $2 * interval '1 millisecond'`;
const AGE = 'extract(epoch FROM n.now - at) * 1000';
const EACH = `
  SELECT NULL, NULL, NULL, NULL, id, ${AGE}, kind, reason, session_ids, NULL, user_ids, epochs, epoch,
    coalesce(receipts_until > n.now, false)`;

/** Sessions whose receipts nobody awaits: most of what there is, when there is much. */
const IS_PLAIN = `(kind = 'sessions' AND coalesce(receipts_until <= n.now, true))`;

/**
 * Such sessions come together for each second, as old as the youngest: 3,000,000 of them, as rows and arrays,
 * kept the driver busy for half a minute.
 */
export const LOAD = `${LOOK}
  UNION ALL (${EACH} ${IN_FORCE} AND NOT ${IS_PLAIN} ORDER BY at)
  UNION ALL (
    SELECT NULL, NULL, NULL, NULL, NULL, min(${AGE}), kind, reason, NULL,
      string_agg(array_to_string(session_ids, ''), ''), NULL, NULL, NULL, false
    ${IN_FORCE} AND ${IS_PLAIN}
    GROUP BY kind, reason, floor(extract(epoch FROM at)) ORDER BY 6 DESC)`;
/** What the look before could not see. However long ago it was written: it may have been committed just now. */
export const POLL = `${LOOK} UNION ALL (${EACH} ${FROM} WHERE xid >= pg_snapshot_xmin($2::pg_snapshot)
    AND NOT pg_visible_in_snapshot(xid, $2::pg_snapshot) ORDER BY at)`;

/**
 * Whether there is nothing that the look before could not see, in this database still. Newest first, so that an
 * index is read whatever the planner expects; what a long transaction makes too much to look through is no answer.
 */
export const CONFIRM = `
  SELECT (left(pg_walfile_name(pg_current_wal_lsn()), 8) = $2
    AND pg_snapshot_xmax(pg_current_snapshot()) >= pg_snapshot_xmax($1::pg_snapshot)
    AND (
      SELECT count(*) < ${CONFIRM_MOST} AND coalesce(bool_and(pg_visible_in_snapshot(xid, $1::pg_snapshot)), true)
      FROM (
        SELECT xid FROM revocations WHERE xid >= pg_snapshot_xmin($1::pg_snapshot)
        ORDER BY xid DESC LIMIT ${CONFIRM_MOST}
      ) newest
    ))::text`;
