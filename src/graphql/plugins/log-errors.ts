import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLContext } from '../context.js';
import type { ErrorReport } from '../error-report.js';
import { isDocumentsFault } from './invalid-document.js';

export function logErrors(report: ErrorReport): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didEncounterErrors: ({ errors, contextValue }) => {
          for (const error of errors) report(error, contextValue.requestId);
          return Promise.resolve();
        },
      }),
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
