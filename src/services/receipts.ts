import { setTimeout as delay } from 'node:timers/promises';
import type { Receipt } from '../stores/index.js';
import type { Deps } from './deps.js';
import { revokingFor } from './end-sessions.js';
import type { RevokingChange } from './end-sessions.js';
import { parseInput, z } from './input.js';

/** A revocation's result, and which nodes have applied it, for those who asked. */
export interface Revoked<T> {
  readonly result: T;
  readonly receipts: readonly Receipt[] | undefined;
}

/** Milliseconds. */
const MAX_WAIT = 10_000;
const POLL_EVERY = 10;

const waiting = z.object({
  awaitNodesMs: z
    .int()
    .min(0, 'This must be 0 or more.')
    .max(MAX_WAIT, `This may be at most ${MAX_WAIT}.`)
    .nullish(),
});

/** The optional argument of everything that revokes. */
export interface AwaitNodes {
  /** Milliseconds. */
  readonly awaitNodesMs?: number | null | undefined;
}

/**
 * Runs a change that revokes and waits, if asked to, until every living node has applied it or the
 * time is up. What was revoked stays revoked, whatever becomes of the waiting.
 * @throws PortcullisError BAD_USER_INPUT at `awaitNodesMs`.
 */
export async function revokingWithReceipts<T>(
  deps: Deps,
  args: AwaitNodes,
  change: RevokingChange<T>,
): Promise<Revoked<T>> {
  const { awaitNodesMs } = parseInput(waiting, { awaitNodesMs: args.awaitNodesMs });
  if (awaitNodesMs == null) {
    return { result: (await revokingFor(deps, change, undefined)).result, receipts: undefined };
  }
  const { result, revocationId } = await revokingFor(deps, change, awaitNodesMs);
  if (revocationId === undefined) return { result, receipts: [] };
  return { result, receipts: await receiptsWithin(deps, revocationId, awaitNodesMs) };
}

async function receiptsWithin(
  deps: Deps,
  revocationId: string,
  milliseconds: number,
): Promise<readonly Receipt[]> {
  // Where no node follows a feed, none will ever say that it has heard.
  const deadline = deps.clock.monotonic() + (deps.settings.scheme.feed ? milliseconds : 0);
  let receipts: readonly Receipt[] = [];
  for (;;) {
    try {
      receipts = await deps.database.read((db) => deps.nodes.receipts(db, revocationId));
    } catch {
      return receipts;
    }
    const missing = receipts.some(({ appliedAfter }) => appliedAfter === null);
    if (!missing || deps.clock.monotonic() >= deadline) return receipts;
    await delay(POLL_EVERY);
  }
}
