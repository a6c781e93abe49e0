import type { Guard } from '../directives/index.js';
import type { Checker, Denylist } from '../revocation/index.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken } from '../tokens/index.js';
import type { GraphQLContext } from './context.js';

/** Joins the rules of the schema with what this node knows and whom it can ask. */
export function createGuard(
  clock: Clock,
  denylist: Denylist,
  checker: Checker,
): Guard<AccessToken> {
  return {
    token: (context) => (context as GraphQLContext | undefined)?.token,
    revoked: (token) => denylist.find(token),
    knowledge: (token) => ({ check: checker.age(token) }),
    check: (token) => checker.check(token),
    now: () => clock.now(),
  };
}
