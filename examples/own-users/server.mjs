import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createPortcullis } from 'portcullis';
import { addMember, directory } from './members.mjs';

await addMember({
  id: 'member/1',
  email: process.env.PORTCULLIS_ADMIN_EMAIL,
  password: process.env.PORTCULLIS_ADMIN_PASSWORD,
  name: 'Ada',
  team: 'red',
  scopes: ['admin'],
});

const portcullis = createPortcullis({
  users: directory,
  // The team's schema has these names already.
  rename: { User: 'Account', 'Query.user': null },
});

const typeDefs = `
  type Query {
    user(name: String!): User @public
    team: String @auth
  }
  type Mutation {
    praise(name: String!): User @critical
  }
  type User {
    name: String!
    praises: Int!
  }`;

const praises = new Map();
const userOf = (name) => ({ name, praises: praises.get(name) ?? 0 });

const resolvers = {
  Query: {
    user: (_source, { name }) => userOf(name),
    // A claim of the team's own in the token: no I/O.
    team: (_source, _args, { portcullis: { token } }) => token.claims.team,
  },
  Mutation: {
    praise: (_source, { name }) => {
      praises.set(name, userOf(name).praises + 1);
      return userOf(name);
    },
  },
};

const schema = makeExecutableSchema({
  typeDefs: [portcullis.typeDefs, typeDefs],
  resolvers: [portcullis.resolvers, resolvers],
});
const server = new ApolloServer({
  schema: portcullis.protect(schema),
  plugins: portcullis.plugins,
});
const { url } = await startStandaloneServer(server, {
  context: ({ req, res }) => portcullis.context(req, res),
  listen: { port: Number(process.env.PORT ?? 4_000), host: '127.0.0.1' },
});
console.log(`GraphQL  ${url}graphql`);
