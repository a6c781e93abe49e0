import type { Guard } from '../directives/index.js';
import type { Checker, Denylist } from '../revocation/index.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken } from '../tokens/index.js';
import type { GraphQLContext } from './context.js';

export interface GuardParts {
  readonly clock: Clock;
  readonly denylist: Denylist;
  readonly checker: Checker;
}

export interface GuardOptions {
  /** Milliseconds since the moment up to which the node has seen every revocation. */
  readonly markAge?: () => number | undefined;
  /** See Guard. */
  readonly passed?: Guard['passed'];
}

/** Joins the rules of the schema with what this node knows and whom it can ask. */
export function createGuard(
  { clock, denylist, checker }: GuardParts,
  { markAge = () => undefined, passed }: GuardOptions = {},
): Guard<AccessToken> {
  return {
    token: (context) => {
      const { token, unavailable } = (context ?? {}) as Partial<GraphQLContext>;
      if (unavailable) throw unavailable;
      return token;
    },
    checked: (context) => (context as GraphQLContext).checked,
    revoked: (token) => denylist.find(token),
    knowledge: (token) => ({
      issue: clock.now() + clock.slept() - token.issuedAt * 1_000,
      check: checker.age(token),
      mark: markAge(),
    }),
    check: (token) => checker.check(token),
    now: () => clock.now(),
    passed,
  };
}
