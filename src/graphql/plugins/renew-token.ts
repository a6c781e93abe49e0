import type { ApolloServerPlugin } from '@apollo/server';
import { findPortcullisError } from '../../errors/index.js';
import { isRenewalDue, renew } from '../../services/index.js';
import type { GraphQLContext } from '../context.js';
import { refuseOperation } from './refuse.js';
import { rootFields, tradesCredentials } from './root-fields.js';

/**
 * A token from before its window is looked at and replaced along with the answer, or refuses the
 * operation. While the store is away, the rules of the fields decide what still passes.
 */
export const renewToken: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        const { token, deps, extras } = contextValue;
        if (!token || deps.denylist.find(token) || !isRenewalDue(deps, token)) return;
        const roots = operation && rootFields(schema, document, operation, request.variables ?? {});
        if (!operation || !roots || tradesCredentials(operation, roots)) return;
        try {
          Object.assign(extras, await renew(deps, token));
        } catch (error) {
          const known = findPortcullisError(error);
          if (!known) throw error;
          if (known.code !== 'AUTH_CHECK_UNAVAILABLE') throw refuseOperation(known);
        }
      },
    }),
};
