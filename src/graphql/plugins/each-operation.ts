import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestListener,
} from '@apollo/server';
import { Kind, OperationTypeNode } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { apolloListener, apolloPlugin, followed } from '../../adapters/index.js';
import type { Protection } from '../../adapters/index.js';
import { isPromise } from '../../support/is-promise.js';
import type { GraphQLContext } from '../context.js';
import type { ErrorReport } from '../error-report.js';
import { handOver, refusedStream } from './hand-over.js';
import { PassedQueries } from './passed-queries.js';

type Listener = GraphQLRequestListener<GraphQLContext>;
type Asking = GraphQLRequestContext<GraphQLContext>;

/** Settles when an operation of somebody who is not signed in may go on; undefined where it may at once. */
export type Turn = () => Promise<void> | undefined;

/** These cost a look and a signature, and the more of them come together the less each costs. */
const SHARED: ReadonlySet<string> = new Set(['refresh', 'logout']);

/**
 * What every operation passes, as one plugin: Apollo Server makes promises for each listener at each of its steps,
 * which takes several times as long as the gate itself. So a query whose text passed before is judged when its
 * request begins, and where it passes again there is no listener.
 */
export function eachOperation(
  protection: Protection,
  report: ErrorReport,
  turn: Turn,
): ApolloServerPlugin<GraphQLContext> {
  const gate = apolloListener<GraphQLContext>(protection);
  const passed = new PassedQueries();
  const inTurn = <T>(context: GraphQLContext, next: () => Promise<T>): Promise<T> => {
    const waiting = context.token ? undefined : turn();
    return waiting ? waiting.then(next) : next();
  };
  const listener: Listener = {
    ...gate,
    // A document that is not known yet costs the most before anything of it is judged.
    parsingDidStart: (asking) => inTurn(asking.contextValue, () => gate.parsingDidStart(asking)),
    didResolveOperation: async (asking) => {
      const refusal = refusedStream(asking);
      if (refusal) throw refusal;
      const { request, document, operation, contextValue } = asking;
      const next = () => gate.didResolveOperation(asking);
      await (operation && isShared(operation) ? next() : inTurn(contextValue, next));
      if (operation) passed.add(request, { document, node: operation });
    },
    didEncounterErrors: ({ errors, contextValue }) => {
      for (const error of errors) report(error, contextValue.requestId);
      return Promise.resolve();
    },
  };
  const listening = Promise.resolve(listener);
  const streaming = Promise.resolve<Listener>({ ...listener, responseForOperation: handOver });
  const none = Promise.resolve();

  /**
   * Undefined where that has to wait until its document is found. No plugin before this one makes another text of one
   * that passed: a trusted document is known by its own.
   */
  const judgedAtOnce = ({ request, schema, contextValue: context }: Asking) => {
    const known = context.token && passed.find(request);
    if (!known) return undefined;
    const { document, node } = known;
    const { variables = {} } = request;
    return (
      protection.gate({ schema, document, node, variables, context, batch: undefined }) ?? 'passes'
    );
  };
  /** What is waited for may have renewed a token, which is not to be done twice. */
  const following = (verdict: ReturnType<Protection['gate']>): Listener => {
    const outcome = followed(verdict);
    // Apollo Server may refuse the operation before it asks.
    outcome.catch(() => undefined);
    return { ...listener, didResolveOperation: () => outcome };
  };
  return {
    ...apolloPlugin<GraphQLContext>(protection),
    requestDidStart: (asking) => {
      const { ahead, stream } = asking.contextValue;
      if (stream) return streaming;
      if (!ahead || asking.requestIsBatched) return listening;
      const verdict = judgedAtOnce(asking);
      if (verdict === 'passes') {
        ahead.onUnheard(asking);
        return none;
      }
      return isPromise(verdict) ? Promise.resolve(following(verdict)) : listening;
    },
  };
}

function isShared({ operation, selectionSet: { selections } }: OperationDefinitionNode): boolean {
  return (
    operation === OperationTypeNode.MUTATION &&
    selections.every((one) => one.kind === Kind.FIELD && SHARED.has(one.name.value))
  );
}
