import type { Deps } from './deps.js';

export interface CleanUpSettings {
  /** Milliseconds that the longest access token lives, clock tolerance included. */
  readonly tokenLife: number;
  /** Milliseconds that an event stays in the audit log. */
  readonly auditRetention: number;
}

const BATCH = 1_000;
/** In five minutes at 1,000 revocations a second there come 300,000. */
const MAX_BATCHES = 500;

/**
 * Writes down ends that were only derived, and forgets old sessions, revocations, keys, attempts and audit
 * events, in small statements so that nobody waits for it. Answers how much it touched.
 */
export async function cleanUp(
  { database, sessions, revocations, nodes, keys, attempts, audit }: Deps,
  { tokenLife, auditRetention }: CleanUpSettings,
): Promise<number> {
  await database.read((db) => nodes.forget(db));
  let total = await keys.forgetSpent();
  for (let step = 0; step < MAX_BATCHES; step += 1) {
    const touched = await database.read(async (db) => {
      const settled = await sessions.cleanUp(db, BATCH);
      const events = await audit.forget(db, auditRetention, BATCH);
      return settled + events + (await revocations.forget(db, tokenLife, BATCH));
    });
    const forgotten = await attempts.cleanUp(BATCH);
    total += touched + forgotten;
    if (touched < BATCH && forgotten < BATCH) break;
  }
  return total;
}
