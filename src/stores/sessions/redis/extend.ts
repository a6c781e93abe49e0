import type { Executor } from '../../../database/index.js';
import { ON_PRIMARY } from '../../on-primary.js';
import type { Extension } from '../record.js';
import { IS_LIVE, sessionView } from '../view.js';
import { enlist } from './enlist.js';
import { sessionKey } from './keys.js';
import { scriptNow } from './parts.js';
import type { Parts } from './parts.js';
import { EXTEND } from './scripts/extend.js';
import { sourceOf } from './source.js';
import { readSessions } from './stored-session.js';

/**
 * PostgreSQL first, then a compare-and-set in Redis. What ends the session between the two marks it in
 * Redis, or has raised an epoch, which no expiry outlives.
 * @returns whether the session and the token are good.
 */
export async function extendSession(
  parts: Parts,
  db: Executor,
  { sessionId: id, tokenEpoch, globalEpoch, idleTtl }: Extension,
): Promise<boolean> {
  const { redis, clock, retention } = parts;
  const [session] = await readSessions(redis, [id]);
  if (!session || session.globalEpoch > globalEpoch) return false;
  const live = (await sessionView(db, clock, { source: sourceOf(db, [session]) })
    .whereRaw(IS_LIVE)
    .whereRaw(ON_PRIMARY)
    .where('user_epoch', '<=', tokenEpoch)) as unknown[];
  if (live.length === 0) return false;
  const args = [scriptNow(parts), idleTtl, retention] as const;
  const expiresAt = (await redis.run(EXTEND, sessionKey(id), ...args)) as string | null;
  if (expiresAt === null) return false;
  await enlist(parts, { ...session, expiresAt: Number(expiresAt) }).catch(() =>
    parts.onLoss('the list entry of a session'),
  );
  return true;
}
