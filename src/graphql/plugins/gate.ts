import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { judge } from '../../directives/index.js';
import { PortcullisError } from '../../errors/index.js';
import type { GraphQLContext } from '../context.js';
import { refusedCookies } from './cookie-use.js';
import { refuseOperation } from './refuse.js';
import { rootFields, tradesCredentials } from './root-fields.js';
import type { RootField } from './root-fields.js';

/** These hash a password. */
const HASHES: ReadonlySet<string> = new Set([
  'login',
  'register',
  'reauthenticate',
  'changePassword',
]);

/**
 * What can be refused before execution is: a bad or revoked token refuses the whole operation, and a
 * mutation of which one root field is refused, by the policy or for its cookie, runs none of them.
 */
export const gate: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, document, operation, request, contextValue }) => {
        const roots = operation && rootFields(schema, document, operation, request.variables ?? {});
        if (!operation || !roots) return Promise.resolve();
        const isMutation = operation.operation === OperationTypeNode.MUTATION;
        const refusal =
          (tradesCredentials(operation, roots) ? undefined : refusedToken(contextValue)) ??
          (isMutation
            ? (refusedMutation(contextValue, roots) ?? refusedCookies(contextValue, roots))
            : undefined);
        return refusal ? Promise.reject(refuseOperation(refusal)) : Promise.resolve();
      },
    }),
};

/** Why a presented token refuses the whole operation. */
export function refusedToken({
  refusal,
  token,
  deps,
}: GraphQLContext): PortcullisError | undefined {
  if (refusal) return refusal;
  const reason = token && deps.denylist.find(token);
  return reason && new PortcullisError('UNAUTHENTICATED', reason);
}

function refusedMutation(
  { policy, token, unavailable, deps }: GraphQLContext,
  roots: readonly RootField[],
): PortcullisError | undefined {
  for (const { name } of roots) {
    // Whom nobody can tell apart at the moment, the fields refuse one by one.
    const refusal = unavailable
      ? undefined
      : judge(policy.field('Mutation', name), token, deps.clock.now());
    if (refusal) return refusal;
  }
  if (deps.hasher.full && roots.some(({ name }) => HASHES.has(name))) {
    return new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter: 1 });
  }
  return undefined;
}
