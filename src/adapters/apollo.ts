import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { refusalFor, refusedOverHttp } from './refusal.js';
import type { Protection } from './protection.js';

/**
 * For Apollo Server, 4 or later: refuses to start when a guard was lost, refuses before execution what can
 * be, and makes answers with guarded fields private.
 */
export function apolloPlugin<C extends BaseContext = BaseContext>(
  protection: Protection,
): ApolloServerPlugin<C> {
  return {
    serverWillStart: async ({ schema }) => {
      protection.assertProtected(schema);
      await protection.ready();
    },
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
          if (!operation) return;
          const { variables = {} } = request;
          const asked = { schema, document, node: operation, variables, context: contextValue };
          const error = await protection.gate(asked);
          // Its headers must be a map, and its own class of it is not needed for that.
          if (error)
            throw refusedOverHttp(refusalFor(error), (plain) => new Map(Object.entries(plain)));
        },
        willSendResponse: ({ response, contextValue, overallCachePolicy }) => {
          if (protection.isPrivate(contextValue)) overallCachePolicy.restrict({ scope: 'PRIVATE' });
          const extras = protection.extras(contextValue);
          const { body, http } = response;
          if (extras && body.kind === 'single') {
            const { extensions } = body.singleResult;
            body.singleResult.extensions = { ...extensions, portcullis: extras.portcullis };
            for (const [name, value] of Object.entries(extras.headers))
              http.headers.set(name, value);
          }
          return Promise.resolve();
        },
      }),
  };
}
