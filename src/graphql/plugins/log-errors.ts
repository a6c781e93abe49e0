import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context.js';
import type { ErrorReport } from '../error-report.js';
import { isDocumentsFault } from './invalid-document.js';

/** Those that no operation is to be blamed for. */
export function logErrors(report: ErrorReport): ApolloServerPlugin<GraphQLContext> {
  return {
    unexpectedErrorProcessingRequest: ({ error }) => {
      if (!isDocumentsFault(error)) report(error, undefined);
      return Promise.resolve();
    },
    contextCreationDidFail: ({ error }) => {
      report(error, undefined);
      return Promise.resolve();
    },
  };
}
