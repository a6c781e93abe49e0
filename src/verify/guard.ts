import type { Guard } from '../directives/guard.js';
import { knowledgeBy } from '../directives/knowledge.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken } from '../tokens/index.js';
import type { Authenticated } from './authenticate.js';
import type { Checks } from './checks.js';

export interface GuardParts {
  readonly clock: Clock;
  readonly checks: Checks;
  readonly revoked: Guard<AccessToken>['revoked'];
  /** Milliseconds since the moment up to which every revocation is known here. */
  readonly markAge: () => number | undefined;
  readonly passed: Guard['passed'];
  readonly conditionFailed: Guard['conditionFailed'];
}

/** What `authenticate` answered for the request; a context without it is nobody's. */
function found(context: unknown): Partial<Authenticated> {
  return (context as { portcullis?: Partial<Authenticated> } | null | undefined)?.portcullis ?? {};
}

/** The rules of a schema, judged by what this service knows and whom it can ask. */
export function createGuard({ clock, checks, revoked, markAge, ...told }: GuardParts) {
  const guard: Guard<AccessToken> = {
    token: (context) => {
      const { token, refusal, unavailable } = found(context);
      // Where nobody refused the whole operation, each guarded field says why.
      const error = unavailable ?? refusal;
      if (error) throw error;
      return token;
    },
    refusal: (context) => found(context).refusal,
    checked: (context) => found(context).checked === true,
    revoked,
    knowledge: knowledgeBy({ clock, check: (token) => checks.age(token), mark: markAge }),
    check: (token) => checks.check(token),
    now: () => clock.now(),
    ...told,
  };
  return guard;
}
