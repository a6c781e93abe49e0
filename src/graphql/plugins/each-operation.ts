import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Kind, OperationTypeNode } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { apolloListener, apolloPlugin } from '../../adapters/index.js';
import type { Protection } from '../../adapters/index.js';
import type { GraphQLContext } from '../context.js';
import type { ErrorReport } from '../error-report.js';
import { handOver, refusedStream } from './hand-over.js';

type Listener = GraphQLRequestListener<GraphQLContext>;

/** Settles when an operation of somebody who is not signed in may go on; undefined where it may at once. */
export type Turn = () => Promise<void> | undefined;

/** These cost a look and a signature, and the more of them come together the less each costs. */
const SHARED: ReadonlySet<string> = new Set(['refresh', 'logout']);

/**
 * What every operation passes, as one plugin that remembers nothing of any: Apollo Server makes a promise for
 * each plugin at each of its steps, which was more than the gate itself costs.
 */
export function eachOperation(
  protection: Protection,
  report: ErrorReport,
  turn: Turn,
): ApolloServerPlugin<GraphQLContext> {
  const gate = apolloListener<GraphQLContext>(protection);
  const inTurn = <T>(context: GraphQLContext, next: () => Promise<T>): Promise<T> => {
    const waiting = context.token ? undefined : turn();
    return waiting ? waiting.then(next) : next();
  };
  const alike: Listener = {
    ...gate,
    // A document that is not known yet costs the most before anything of it is judged.
    parsingDidStart: (asking) => inTurn(asking.contextValue, () => gate.parsingDidStart(asking)),
    didResolveOperation: (asking) => {
      const refusal = refusedStream(asking);
      if (refusal) return Promise.reject(refusal);
      const next = () => gate.didResolveOperation(asking);
      return asking.operation && isShared(asking.operation)
        ? next()
        : inTurn(asking.contextValue, next);
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

function isShared({ operation, selectionSet: { selections } }: OperationDefinitionNode): boolean {
  return (
    operation === OperationTypeNode.MUTATION &&
    selections.every((one) => one.kind === Kind.FIELD && SHARED.has(one.name.value))
  );
}
