import { HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode, getVariableValues } from 'graphql';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { rootFields } from '../../directives/index.js';
import { badInput } from '../../errors/index.js';
import type { GraphQLContext } from '../context.js';
import { asBadRequest } from './bad-request.js';

/**
 * Subscriptions come as far as any operation: parsed, validated, judged by the gate. Then whoever can
 * stream takes them over; where nobody can, as over HTTP, they are refused.
 */
export const handOver: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: () => {
    let isSubscription = false;
    return Promise.resolve({
      didResolveOperation: ({ schema, document, operation, request, contextValue }) => {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        isSubscription = true;
        if (!contextValue.stream) return Promise.reject(notOverHttp());
        const variables = request.variables ?? {};
        const context = contextValue;
        const selected = rootFields({ schema, document, node: operation, variables, context });
        if (!selected) return Promise.reject(misfit(schema, operation, variables));
        return selected.length === 0
          ? Promise.reject(badInput('query', 'This selects nothing.'))
          : Promise.resolve();
      },
      responseForOperation: ({ document, contextValue }) => {
        if (!isSubscription) return Promise.resolve(null);
        contextValue.stream?.(document);
        const http = { headers: new HeaderMap() };
        return Promise.resolve({ http, body: { kind: 'single', singleResult: {} } } as const);
      },
    });
  },
};

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
