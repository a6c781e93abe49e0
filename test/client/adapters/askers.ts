import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { Client as UrqlClient, cacheExchange, fetchExchange } from '@urql/core';
import { parse } from 'graphql';
import { Network } from 'relay-runtime';
import type { GraphQLSingularResponse, RequestParameters } from 'relay-runtime';
import type { AuthClient } from '../../../src/client/auth-client.js';
import { createAuthLink } from '../../../src/public/client/apollo.js';
import { createFetchFunction } from '../../../src/public/client/relay.js';
import { authExchange } from '../../../src/public/client/urql.js';

/** What an operation came to, whoever asked. */
export interface Told {
  readonly data?: unknown;
  readonly reasons: readonly unknown[];
  /** What kept an answer from coming. */
  readonly failure?: unknown;
}

export type Asker = (document: string, variables?: Record<string, unknown>) => Promise<Told>;

const told = (data: unknown, errors: readonly object[] = [], failure?: unknown): Told => ({
  ...(data ? { data } : {}),
  reasons: errors.map(
    (error) => (error as { extensions?: { reason?: unknown } }).extensions?.reason,
  ),
  ...(failure ? { failure } : {}),
});

const isMutation = (document: string) => document.startsWith('mutation');

export function apolloOf(auth: AuthClient, sending: ApolloLink): Asker {
  const client = new ApolloClient({
    link: ApolloLink.from([createAuthLink(auth), sending]),
    cache: new InMemoryCache(),
  });
  const options = { errorPolicy: 'all', fetchPolicy: 'no-cache' } as const;
  return async (document, variables = {}) => {
    const { data, error } = await (isMutation(document)
      ? client.mutate({ mutation: parse(document), variables, ...options })
      : client.query({ query: parse(document), variables, ...options }));
    if (CombinedGraphQLErrors.is(error)) return told(data, error.errors);
    return told(data, [], error);
  };
}

export const apollo = (auth: AuthClient, uri: string): Asker =>
  apolloOf(auth, new HttpLink({ uri }));

export function urql(auth: AuthClient, url: string): Asker {
  const client = new UrqlClient({
    url,
    exchanges: [authExchange(auth), cacheExchange, fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
  });
  return async (document, variables = {}) => {
    const { data, error } = await (
      isMutation(document)
        ? client.mutation<unknown>(document, variables)
        : client.query<unknown>(document, variables)
    ).toPromise();
    return told(data, error?.graphQLErrors, error?.networkError);
  };
}

export function relay(auth: AuthClient): Asker {
  const network = Network.create(createFetchFunction(auth));
  return async (text, variables = {}) => {
    const operationKind = isMutation(text) ? 'mutation' : 'query';
    const request = { name: 'Test', text, id: null, operationKind, metadata: {} };
    try {
      const answer = (await network
        .execute(request as RequestParameters, variables, { force: true })
        .toPromise()) as GraphQLSingularResponse;
      return told(answer.data, 'errors' in answer ? answer.errors : []);
    } catch (error) {
      return told(null, [], error);
    }
  };
}
