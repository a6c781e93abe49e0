import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import type { TrustedDocuments } from '../../limits/trusted/index.js';
import type { GraphQLContext } from '../context.js';

/** Puts the trusted document in the place of what the client sent, and refuses whatever is none. */
export function trustedDocuments(trusted: TrustedDocuments): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: async ({ request, contextValue }) => {
      const { query, extensions } = request;
      const documentId = contextValue.documentId ?? documentIdOf(request);
      request.query = await Promise.resolve(trusted.find({ query, extensions, documentId }));
      // Apollo refuses hashes, since none is looked up there.
      const { persistedQuery: _known, ...others } = extensions ?? {};
      request.extensions = others;
    },
  };
}

/** Of the body, or of the address where there is none. */
function documentIdOf({ http }: GraphQLRequest): unknown {
  if (!http) return undefined;
  const { body, search } = http;
  if (http.method === 'GET') return new URLSearchParams(search).get('documentId');
  return (body as { documentId?: unknown } | null | undefined)?.documentId;
}
