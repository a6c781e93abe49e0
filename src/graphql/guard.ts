import { knowledgeBy } from '../directives/index.js';
import type { Guard } from '../directives/index.js';
import { PortcullisError } from '../errors/index.js';
import type { Checker, Denylist } from '../revocation/index.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken } from '../tokens/index.js';
import type { GraphQLContext } from './context.js';

/** Where an operation's context keeps ours; undefined where there is none. */
export type ContextOf = (context: unknown) => GraphQLContext | undefined;

export interface GuardParts {
  readonly clock: Clock;
  readonly denylist: Denylist;
  readonly checker: Checker;
}

export interface GuardOptions {
  /** Default: the context itself. */
  readonly of?: ContextOf | undefined;
  /** Milliseconds since the moment up to which the node has seen every revocation. */
  readonly markAge?: (() => number | undefined) | undefined;
  /** See Guard. */
  readonly passed?: Guard['passed'];
  readonly conditionFailed?: Guard['conditionFailed'];
  /** Milliseconds by which clocks may differ. Absent: every event of a subscription has a context of its own. */
  readonly tolerance?: number | undefined;
}

/** Joins the rules of the schema with what this node knows and whom it can ask. */
export function createGuard(
  parts: GuardParts,
  { of = itself, markAge = () => undefined, passed, conditionFailed, tolerance }: GuardOptions = {},
): Guard<AccessToken> {
  return {
    token: (context) => {
      const { token, unavailable } = of(context) ?? {};
      if (unavailable) throw unavailable;
      return token;
    },
    refusal: (context) => of(context)?.refusal,
    checked: (context) => {
      const { checked, token, ahead } = of(context) ?? {};
      if (checked === true) return true;
      const asked = ahead?.asked;
      if (!token || !asked || asked instanceof PortcullisError) return false;
      return parts.checker.passes(token, asked);
    },
    asked: (context) => of(context)?.ahead?.onAsk(),
    revoked: (token) => parts.denylist.find(token),
    memory: {
      of,
      revision: () => parts.denylist.revision + parts.checker.generation,
      time: () => parts.clock.latest(),
    },
    knowledge: knowledgeBy({
      clock: parts.clock,
      check: (token) => parts.checker.age(token),
      mark: (token) => (parts.checker.isVouchedFor(token) ? markAge() : undefined),
    }),
    check: (token, query) => {
      const asked = query === undefined ? undefined : of(query)?.ahead?.asked;
      return parts.checker.check(token, asked);
    },
    ...(tolerance === undefined
      ? {}
      : {
          expired: ({ expiresAt }: AccessToken) =>
            parts.clock.now() > expiresAt * 1_000 + tolerance,
        }),
    now: () => parts.clock.now(),
    refused: (context, coordinate, { reason }) => {
      const { token, origin, deps } = of(context) ?? {};
      return token && origin && deps?.refusedActs.record({ token, origin }, coordinate, reason);
    },
    passed,
    conditionFailed,
  };
}

export const itself: ContextOf = (context) => (context ?? undefined) as GraphQLContext | undefined;
