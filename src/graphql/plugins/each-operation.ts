import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { apolloListener, apolloPlugin } from '../../adapters/index.js';
import type { Protection } from '../../adapters/index.js';
import type { GraphQLContext } from '../context.js';
import type { ErrorReport } from '../error-report.js';
import { handOver, refusedStream } from './hand-over.js';

type Listener = GraphQLRequestListener<GraphQLContext>;

/**
 * What every operation passes, as one plugin that remembers nothing of any: Apollo Server makes a promise for
 * each plugin at each of its steps, which was more than the gate itself costs.
 */
export function eachOperation(
  protection: Protection,
  report: ErrorReport,
): ApolloServerPlugin<GraphQLContext> {
  const gate = apolloListener<GraphQLContext>(protection);
  const alike: Listener = {
    ...gate,
    didResolveOperation: (asking) => {
      const refusal = refusedStream(asking);
      return refusal ? Promise.reject(refusal) : gate.didResolveOperation(asking);
    },
    didEncounterErrors: ({ errors, contextValue }) => {
      for (const error of errors) report(error, contextValue.requestId);
      return Promise.resolve();
    },
  };
  const overHttp = Promise.resolve(alike);
  const streaming = Promise.resolve<Listener>({ ...alike, responseForOperation: handOver });
  return {
    ...apolloPlugin<GraphQLContext>(protection),
    requestDidStart: ({ contextValue }) => (contextValue.stream ? streaming : overHttp),
  };
}
