import type { Executor } from '../../../database/index.js';
import type { SessionFilter } from '../record.js';
import { applyFilter, sessionView } from '../view.js';
import { ALL_SESSIONS, openKey } from './keys.js';
import { listed } from './listing.js';
import type { Parts } from './parts.js';
import { sourceOf } from './source.js';
import { placeNow } from './written-ends.js';

/**
 * How many sessions the filter names. Without anything but `ended` it is read off the indexes, which
 * may lag behind what ends by itself; else the sessions are looked at one by one.
 */
export async function countSessions(
  parts: Parts,
  db: Executor,
  filter: SessionFilter,
): Promise<number> {
  const { ended, ...narrower } = filter;
  if (Object.values(narrower).every((value) => value == null)) {
    if (ended === false) return countOpen(parts, db);
    const all = Number(await parts.redis.call('ZCARD', ALL_SESSIONS));
    return ended === true ? Math.max(0, all - (await countOpen(parts, db))) : all;
  }
  let total = 0;
  for await (const chunk of listed(parts.redis, filter)) {
    const view = sessionView(db, parts.clock, { source: sourceOf(db, chunk) });
    const counted = (await applyFilter(view, filter).count({ count: '*' })) as unknown;
    total += Number((counted as { count: string }[])[0]?.count ?? 0);
  }
  return total;
}

/** How many sessions nobody and nothing has ended. */
export async function countOpen({ redis, clock }: Parts, db: Executor): Promise<number> {
  const { now, globalEpoch } = await placeNow(db, clock, null);
  return Number(await redis.call('ZCOUNT', openKey(globalEpoch), `(${now}`, '+inf'));
}
