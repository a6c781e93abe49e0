import type { Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { sqlNow, sqlNowOnce } from '../../sql-now.js';
import type { SessionsOfUser } from '../session-store.js';
import type { StoredSession } from './stored-session.js';

/** Why sessions end, as it is written down. */
export interface End {
  readonly reason: 'logged_out' | 'revoked';
  readonly detail: string | null;
  /** Milliseconds that a session may live whose own limit nobody knows. */
  readonly longestLife: number;
}

/** Rows of one statement: PostgreSQL takes 65,535 bindings. */
const ROWS = 5_000;

/** From here to the end of the transaction nobody else ends sessions of these users, or acts in one. */
export async function lockUsers(db: Executor, userIds: readonly string[]): Promise<void> {
  await db('users')
    .select('id')
    .whereRaw('id = ANY(?::uuid[])', [[...userIds]])
    .orderBy('id')
    .forNoKeyUpdate();
}

/** Writes down that these sessions have ended, whether Redis knows them or not. */
export async function writeEnds(
  db: Executor,
  clock: Clock,
  ids: readonly string[],
  known: readonly StoredSession[],
  { reason, detail, longestLife }: End,
): Promise<void> {
  const limits = new Map(known.map(({ id, maxExpiresAt }) => [id, new Date(maxExpiresAt)]));
  const now = sqlNow(db, clock);
  const rows = ids.map((id) => ({
    session_id: id,
    ended_at: now,
    reason,
    detail,
    forget_after: limits.get(id) ?? after(db, now, longestLife),
  }));
  if (rows.length > 0) await db('ended_sessions').insert(rows).onConflict('session_id').ignore();
}

/** Ends every session that the users, or the device, have now; those too that no index names. */
export async function writeCuts(
  db: Executor,
  clock: Clock,
  userIds: readonly string[],
  { deviceId = null, except = null }: { [K in keyof SessionsOfUser]: SessionsOfUser[K] | null },
  { reason, detail, longestLife }: End,
): Promise<void> {
  const now = sqlNow(db, clock);
  const rows = userIds.map((userId) => ({
    user_id: userId,
    device_id: deviceId,
    number: db.raw("nextval('session_cut_numbers')"),
    except_id: except,
    ended_at: now,
    reason,
    detail,
    forget_after: after(db, now, longestLife),
  }));
  for (let at = 0; at < rows.length; at += ROWS) {
    const some = rows.slice(at, at + ROWS);
    await db('session_cuts').insert(some).onConflict(['user_id', 'device_id']).merge();
  }
}

function after(db: Executor, now: ReturnType<typeof sqlNow>, milliseconds: number) {
  return db.raw("? + ? * interval '1 millisecond'", [now, milliseconds]);
}

/** Where a session stands that starts now: what was there before it cannot end it. */
export async function placeNow(
  db: Executor,
  clock: Clock,
  userId: string | null,
): Promise<{ now: number; globalEpoch: number; cut: number }> {
  const { rows } = await db.raw<{ rows: [{ now: number; globalEpoch: number; cut: number }] }>(
    `SELECT (extract(epoch FROM ?) * 1000)::float8 AS now,
       (SELECT max(epoch) FROM global_epochs) AS "globalEpoch",
       (SELECT coalesce(max(number), 0)::float8 FROM session_cuts WHERE user_id = ?::uuid) AS cut`,
    [sqlNow(db, clock), userId] as never[],
  );
  return rows[0];
}

/** Forgets ends of sessions that could not live any more. Answers how many rows it deleted. */
export async function forgetEnds(db: Executor, clock: Clock, batch: number): Promise<number> {
  let deleted = 0;
  for (const table of ['ended_sessions', 'session_cuts']) {
    const due = db(table)
      .select('ctid')
      .where('forget_after', '<', sqlNowOnce(db, clock))
      .orderBy('forget_after')
      .limit(batch);
    deleted += await db(table).whereIn('ctid', due).delete();
  }
  return deleted;
}
