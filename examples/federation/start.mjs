import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';
import { startAccounts } from './accounts.mjs';
import { startReviews } from './reviews.mjs';

/** Hands on who asks; the subgraphs judge it. */
class Forwarding extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http?.headers.set('authorization', context.authorization);
  }

  /** Where a subgraph refused a whole operation, its client is told what the subgraph said. */
  async errorFromResponse(response) {
    const error = await super.errorFromResponse(response);
    const [told] = error.extensions.response?.body?.errors ?? [];
    return told ? new GraphQLError(told.message, { extensions: told.extensions }) : error;
  }
}

// An example tells Apollo nothing about the machine that it runs on, and looks for no cloud around it.
process.env.APOLLO_TELEMETRY_DISABLED ??= 'true';

const accounts = await startAccounts();
const reviews = await startReviews();
const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: [
      { name: 'accounts', url: accounts.url },
      { name: 'reviews', url: reviews.url },
    ],
  }),
  buildService: ({ url }) => new Forwarding({ url }),
  logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
});
const server = new ApolloServer({ gateway, stopOnTerminationSignals: false });
const { url } = await startStandaloneServer(server, {
  context: ({ req }) => Promise.resolve({ authorization: req.headers.authorization }),
  listen: { port: Number(process.env.PORT ?? 4_000), host: '127.0.0.1' },
});
console.log(`GraphQL  ${url}graphql`);

process.once('SIGTERM', stop).once('SIGINT', stop);
async function stop() {
  for (const each of [server, reviews, accounts]) await each.stop();
}
