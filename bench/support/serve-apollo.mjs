import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { makeExecutableSchema } from '@graphql-tools/schema';
import fastify from 'fastify';
import { GraphQLError } from 'graphql';
import { fieldsOf, ready, resolversOf, told } from './subject.mjs';

/**
 * A schema whose fields of one kind refuse a request that has no user in its context, as Apollo's page on
 * authentication does it in resolvers.
 */
export const guardedSchema = (kind) =>
  makeExecutableSchema({
    typeDefs: `type Query { ${fieldsOf({ [kind]: '' })} }`,
    resolvers: { Query: guarded(resolversOf([kind])) },
  });

const guarded = (resolvers) =>
  Object.fromEntries(
    Object.entries(resolvers).map(([name, resolve]) => [
      name,
      (parent, input, context) => {
        if (!context.user) throw unauthenticated();
        return resolve();
      },
    ]),
  );

export const unauthenticated = () =>
  new GraphQLError('Not signed in.', { extensions: { code: 'UNAUTHENTICATED' } });

/** Apollo on nothing yet, set up as in every subject that stands on it. */
export async function startApollo(schema) {
  const apollo = new ApolloServer({
    schema,
    introspection: false,
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  return apollo;
}

/**
 * Apollo on fastify, as in fastify-apollo.mjs, with a schema and a context of the subject's own.
 * @param {(request: object, reply: object) => Promise<object>} context
 */
export async function serveApollo(schema, context, headers) {
  const apollo = await startApollo(schema);
  const app = fastify();
  app.post('/graphql', fastifyApolloHandler(apollo, { context }));
  await app.listen({ port: told.port, host: '127.0.0.1' });
  ready(headers);
  process.once('SIGTERM', () => process.exit());
}
