import type { Executor } from '../../database/index.js';
import type { Clock } from '../../support/clock.js';
import { sqlNow } from '../sql-now.js';

/** From here to the end of the transaction nobody else raises the global epoch. */
export async function lockGlobalEpoch(db: Executor): Promise<void> {
  await db.raw('LOCK TABLE global_epochs IN SHARE ROW EXCLUSIVE MODE');
}

/** Ends every session of everybody with one row. Answers the new epoch. */
export async function insertGlobalEpoch(
  db: Executor,
  clock: Clock,
  reason: string,
): Promise<number> {
  const next = db.raw('(SELECT max(epoch) + 1 FROM global_epochs)');
  const rows = await db('global_epochs')
    .insert({ epoch: next, started_at: sqlNow(db, clock), reason })
    .returning<{ epoch: number }[]>('epoch');
  return rows[0]?.epoch ?? 0;
}
