import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { badInput, findPortcullisError } from '../../errors/index.js';
import type { GraphQLContext } from '../context.js';
import { withoutValues } from '../without-values.js';
import { asBadRequest } from './bad-request.js';

/**
 * Some documents make graphql-js's validation throw, in place of finding them invalid: a subscription
 * with `@include(if: $variable)` at its root. That is the document's fault, not the server's.
 */
export const invalidDocument: ApolloServerPlugin<GraphQLContext> = {
  unexpectedErrorProcessingRequest: ({ error }) =>
    isDocumentsFault(error)
      ? Promise.reject(asBadRequest(badInput('query', withoutValues(error.message, error))))
      : Promise.resolve(),
};

/** What resolvers throw is caught long before this is asked. */
export function isDocumentsFault(error: Error): boolean {
  return error instanceof GraphQLError && !findPortcullisError(error);
}
