// A subgraph of another team, without Portcullis: all of it is open.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query {
    reviews: [Review!]
  }
  type Review {
    stars: Int!
    author: Profile
    fee: Payslip
  }
  type Profile @key(fields: "id", resolvable: false) {
    id: ID!
  }
  type Payslip @key(fields: "id", resolvable: false) {
    id: ID!
  }`;

const reviews = [
  { stars: 5, author: { id: '1' }, fee: { id: 'p1' } },
  { stars: 2, author: { id: '2' }, fee: { id: 'p2' } },
];

export async function startReviews() {
  const schema = buildSubgraphSchema({
    typeDefs: parse(typeDefs),
    resolvers: { Query: { reviews: () => reviews } },
  });
  const server = new ApolloServer({
    schema,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { url, stop: () => server.stop() };
}
