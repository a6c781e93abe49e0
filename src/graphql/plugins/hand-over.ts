import { HeaderMap } from '@apollo/server';
import type {
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLResponse,
} from '@apollo/server';
import { GraphQLError, OperationTypeNode, getVariableValues } from 'graphql';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { rootFields } from '../../directives/index.js';
import { badInput } from '../../errors/index.js';
import type { GraphQLContext } from '../context.js';
import { asBadRequest } from './bad-request.js';

/**
 * Subscriptions come as far as any operation: parsed, validated, judged by the gate. Then whoever can
 * stream takes them over; where nobody can, as over HTTP, they are refused.
 * @returns why this one is
 */
export function refusedStream({
  schema,
  document,
  operation,
  request,
  contextValue: context,
}: GraphQLRequestContextDidResolveOperation<GraphQLContext>): Error | undefined {
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return undefined;
  if (!context.stream) return notOverHttp();
  const variables = request.variables ?? {};
  const selected = rootFields({ schema, document, node: operation, variables, context });
  if (!selected) return misfit(schema, operation, variables);
  return selected.length === 0 ? badInput('query', 'This selects nothing.') : undefined;
}

/** Apollo also asks where a document has several operations and none is named, whatever its types say. */
type Asking = Pick<
  Partial<GraphQLRequestContextResponseForOperation<GraphQLContext>>,
  'operation'
> &
  Pick<GraphQLRequestContextResponseForOperation<GraphQLContext>, 'document' | 'contextValue'>;

/** What Apollo answers in place of running a subscription that was handed over. */
export function handOver({
  operation,
  document,
  contextValue,
}: Asking): Promise<GraphQLResponse | null> {
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve(null);
  contextValue.stream?.(document);
  const http = { headers: new HeaderMap() };
  return Promise.resolve({ http, body: { kind: 'single', singleResult: {} } } as const);
}

function notOverHttp(): GraphQLError {
  const where = 'Subscriptions are answered over WebSocket, sub-protocol graphql-transport-ws.';
  return asBadRequest(badInput('query', where));
}

/** In graphql-js's words, as for any other operation. */
function misfit(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): GraphQLError {
  const { errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
  const { message = 'The variables do not fit.', originalError } = errors?.[0] ?? {};
  return new GraphQLError(message, { originalError, extensions: { code: 'BAD_USER_INPUT' } });
}
