// Apollo Server on fastify by its own integration, and nothing else: what our own server stands on.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { serveApollo } from '../support/serve-apollo.mjs';
import { fieldsOf, resolversOf } from '../support/subject.mjs';

const schema = makeExecutableSchema({
  typeDefs: `type Query { ${fieldsOf({ open: '' })} }`,
  resolvers: { Query: resolversOf(['open']) },
});
await serveApollo(schema, () => Promise.resolve({}), [{}]);
