import type { GraphQLResolveInfo } from 'graphql';
import { PortcullisError } from '../errors/portcullis-error.js';
import type { Requirement } from '../policy/requirement.js';
import type { Guard, VerifiedToken } from './guard.js';
import { judge } from './judge.js';
import { met } from './met.js';
import type { Phases } from './phases.js';
import { refuseLater } from './refuse-later.js';
import { standingsOf } from './standing.js';

/** Undefined when the caller may pass at once; else settles after a check, or rejects with why not. */
export type Admit = (
  requirement: Requirement,
  context: unknown,
  info: GraphQLResolveInfo,
) => Promise<void> | undefined;

export function createAdmit<T extends VerifiedToken>(guard: Guard<T>, phases: Phases): Admit {
  const standings = standingsOf(guard);

  const refuseRevoked = (token: T) => {
    const reason = guard.revoked(token);
    if (reason !== undefined) throw new PortcullisError('UNAUTHENTICATED', reason);
  };

  const refused = (context: unknown, coordinate: string, refusal: PortcullisError) => {
    const told = guard.refused?.(context, coordinate, refusal);
    if (!told) throw refusal;
    return told.then(() => {
      throw refusal;
    });
  };

  const admit: Admit = (requirement, context, info) => {
    const token = guard.token(context);
    const refusal = judge(requirement, token, guard);
    if (refusal && token) {
      return refused(context, `${info.parentType.name}.${info.fieldName}`, refusal);
    }
    if (refusal) throw refusal;
    if (!token) throw new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
    refuseRevoked(token);
    const { operation } = info;
    // A stream outlives the token that it began with, where its events have no context of their own.
    if (operation.operation === 'subscription' && guard.expired?.(token) === true) {
      throw new PortcullisError('UNAUTHENTICATED', 'TOKEN_EXPIRED');
    }
    const isQuery = operation.operation === 'query';
    const known = met(guard, requirement, token, { context, isQuery });
    if (known) {
      guard.passed?.(known.source, known.staleness);
      standings?.add([known], context, operation);
      return undefined;
    }
    const isFirst = isQuery && requirement.maxStale === 0 && info.path.prev === undefined;
    const began = guard.now();
    return phases
      .check(info, token, () => guard.check(token, isQuery ? context : undefined))
      .then((answer: unknown) => {
        if (answer !== true)
          throw new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE');
        // The answer may have come before a revocation that this node has heard of since.
        refuseRevoked(token);
        guard.passed?.('store', guard.now() - began);
        if (isFirst) guard.asked?.(context);
      });
  };

  return (requirement, context, info) =>
    standings?.holds(requirement, context, info) === true
      ? undefined
      : refuseLater(() => admit(requirement, context, info));
}
