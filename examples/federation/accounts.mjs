// A subgraph that has Portcullis: whom it signs in, the whole graph knows.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createPortcullis } from 'portcullis';

const portcullis = createPortcullis({ extendRoots: true });
const profiles = [
  { id: '1', name: 'Ada', phone: '555-1815' },
  { id: '2', name: 'Bob', phone: '555-1912' },
];

const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query {
    profiles: [Profile!] @public
  }
  type Mutation {
    changePhone(id: ID!, phone: String!): Profile @critical
  }
  type Profile @key(fields: "id") {
    id: ID!
    name: String!
    phone: String @auth
  }
  "Nobody is looked up here who may not be seen."
  type Payslip @key(fields: "id") @auth(scopes: [["admin"]]) {
    id: ID!
    cents: Int!
  }`;

const profileOf = ({ id }) => profiles.find((each) => each.id === id);
const resolvers = {
  Query: { profiles: () => profiles },
  Mutation: {
    changePhone: (_source, { id, phone }) => {
      const profile = profileOf({ id });
      return profile && Object.assign(profile, { phone });
    },
  },
  Profile: { __resolveReference: profileOf },
  Payslip: { __resolveReference: ({ id }) => ({ id, cents: 420_000 }) },
};

export async function startAccounts() {
  const schema = portcullis.protect(
    buildSubgraphSchema([
      { typeDefs: parse(typeDefs), resolvers },
      { typeDefs: parse(portcullis.typeDefs), resolvers: portcullis.resolvers },
    ]),
  );
  const server = new ApolloServer({
    schema,
    plugins: [...portcullis.plugins, ApolloServerPluginInlineTraceDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, {
    context: ({ req, res }) => portcullis.context(req, res),
    listen: { port: 0, host: '127.0.0.1' },
  });
  return { url, stop: () => server.stop() };
}
