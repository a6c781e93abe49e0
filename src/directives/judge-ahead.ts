import type { Requirement } from '../policy/requirement.js';
import type { Guard, VerifiedToken } from './guard.js';
import { judge } from './judge.js';
import { met } from './met.js';
import type { Operation } from './root-fields.js';
import { standingsOf } from './standing.js';
import type { Met } from './standing.js';

/** Judges demands of a query before it runs, for a token of which it is known that no revocation denies it. */
export type JudgeAhead<T> = (
  operation: Operation,
  token: T,
  demands: readonly Requirement[],
) => void;

/**
 * Fields whose demand is met, and nobody has to be asked, need not look again. Whatever else is the case, they find
 * out, each for itself.
 */
export function createJudgeAhead<T extends VerifiedToken>(guard: Guard<T>): JudgeAhead<T> {
  const standings = standingsOf(guard);

  return ({ node, context }, token, demands) => {
    if (!standings || demands.length === 0) return;
    const all: Met[] = [];
    for (const demand of demands) {
      if (judge(demand, token, guard)) continue;
      const known = met(guard, demand, token, { context, isQuery: true });
      if (known) all.push(known);
    }
    if (all.length > 0) standings.add(all, context, node);
  };
}
