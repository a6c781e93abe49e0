// Apollo Server on fastify by its own integration, and nothing else: what our own server stands on.
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { makeExecutableSchema } from '@graphql-tools/schema';
import fastify from 'fastify';
import { fieldsOf, ready, resolversOf, told } from '../support/subject.mjs';

const apollo = new ApolloServer({
  schema: makeExecutableSchema({
    typeDefs: `type Query { ${fieldsOf({ open: '' })} }`,
    resolvers: { Query: resolversOf(['open']) },
  }),
  introspection: false,
  stopOnTerminationSignals: false,
});
await apollo.start();
const app = fastify();
app.post('/graphql', fastifyApolloHandler(apollo));
await app.listen({ port: told.port, host: '127.0.0.1' });
ready([{}]);
process.once('SIGTERM', () => process.exit());
