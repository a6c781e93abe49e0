import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { privateCacheControl } from './cache-control.js';
import { findPortcullisError } from '../errors/index.js';
import type { PortcullisError } from '../errors/index.js';
import { refusalFor, refusedOverHttp } from './refusal.js';
import type { Protection } from './protection.js';
import { isPromise } from '../support/is-promise.js';

/** Schemas that were found protected when their first server started, and by what. */
const served = new WeakMap<GraphQLSchema, Protection>();

/**
 * For Apollo Server, 4 or later: refuses to start when a guard was lost, refuses before execution what can
 * be, and makes answers with guarded fields private.
 */
export function apolloPlugin<C extends BaseContext = BaseContext>(
  protection: Protection,
): ApolloServerPlugin<C> {
  // One for all requests: it remembers nothing of any.
  const listener = Promise.resolve(apolloListener<C>(protection));
  return {
    serverWillStart: async ({ schema }) => {
      // Apollo Server wraps resolvers in place where plugins listen to fields: a schema that a server has
      // served looks as though its guards were lost.
      if (served.get(schema) !== protection) protection.assertProtected(schema);
      served.set(schema, protection);
      await protection.ready();
    },
    requestDidStart: () => listener,
    // What these hooks throw counts as a fault of the server, which a client is told nothing of.
    unexpectedErrorProcessingRequest: ({ error }) => {
      const known = findPortcullisError(error);
      return known?.code === 'BAD_USER_INPUT'
        ? Promise.reject(refusedOverHttp(refusalFor(known), asMap))
        : Promise.resolve();
    },
  };
}

/** What is asked on the way of each request. */
export function apolloListener<C extends BaseContext>(
  protection: Protection,
): Required<
  Pick<
    GraphQLRequestListener<C>,
    'parsingDidStart' | 'validationDidStart' | 'didResolveOperation' | 'willSendResponse'
  >
> {
  return {
    // Neither is asked of a document that the server keeps.
    parsingDidStart: ({ source }) => before(protection.limits?.refusedSource(source)),
    validationDidStart: ({ document }) => before(protection.limits?.refusedDocument(document)),
    didResolveOperation: (asking) => {
      const { schema, document, operation: node, request, contextValue: context } = asking;
      if (!node) return NOTHING;
      const { variables = {} } = request;
      const batch = asking.requestIsBatched ? request.http?.headers : undefined;
      return followed(protection.gate({ schema, document, node, variables, context, batch }));
    },
    willSendResponse: ({ response, contextValue, overallCachePolicy }) => {
      const { body, http } = response;
      if (protection.isPrivate(contextValue)) {
        overallCachePolicy.restrict({ scope: 'PRIVATE' });
        // Of a plugin that was asked before this one.
        const given = http.headers.get('cache-control');
        if (given !== undefined) http.headers.set('cache-control', privateCacheControl(given));
      }
      const extras = protection.extras(contextValue);
      if (extras && body.kind === 'single') {
        overallCachePolicy.restrict({ maxAge: 0 });
        const { extensions } = body.singleResult;
        body.singleResult.extensions = { ...extensions, portcullis: extras.portcullis };
        for (const [name, value] of Object.entries(extras.headers)) http.headers.set(name, value);
      }
      return NOTHING;
    },
  };
}

const NOTHING = Promise.resolve();

/** Rejects with what a verdict refuses the operation for, as Apollo Server is to answer it. */
export function followed(verdict: ReturnType<Protection['gate']>): Promise<void> {
  return isPromise(verdict) ? verdict.then(throwIt) : verdict ? throwIt(verdict) : NOTHING;
}

function throwIt(error: PortcullisError | undefined): Promise<void> {
  return error ? Promise.reject(refusedOverHttp(refusalFor(error), asMap)) : NOTHING;
}

function before(refusal: PortcullisError | undefined): Promise<void> {
  return refusal ? Promise.reject(refusal) : NOTHING;
}

/** A map is what is iterated over; the types of another server call it a record. */
function asMap(plain: Readonly<Record<string, string>>): Record<string, string> {
  return new Map(Object.entries(plain)) as unknown as Record<string, string>;
}
