// the-guild.dev/graphql/envelop/plugins/use-generic-auth, on yoga's own HTTP server with what it need not do off.
import { createServer } from 'node:http';
import { DIRECTIVE_SDL, useGenericAuth } from '@envelop/generic-auth';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createYoga } from 'graphql-yoga';
import jwt from 'jsonwebtoken';
import { asBearers, bearerOf, keys, signTokens } from '../support/signed-tokens.mjs';
import { guardedSchema } from '../support/serve-apollo.mjs';
import { fieldsOf, ready, resolversOf, told } from '../support/subject.mjs';

/** Where the resolvers ask for the user themselves, which spares a walk over the document. */
const resolveOnly = told.way === 'resolve-only';
const algorithms = [told.algorithm];

const schema = resolveOnly
  ? guardedSchema('auth')
  : makeExecutableSchema({
      typeDefs: `${DIRECTIVE_SDL} type Query { ${fieldsOf({ auth: '@authenticated' })} }`,
      resolvers: { Query: resolversOf(['auth']) },
    });

function resolveUserFn({ request }) {
  try {
    const token = bearerOf(request.headers.get('authorization'));
    return jwt.verify(token, keys.verifyWith, { algorithms });
  } catch {
    return null;
  }
}

const yoga = createYoga({
  schema,
  plugins: [
    useGenericAuth({
      mode: resolveOnly ? 'resolve-only' : 'protect-granular',
      contextFieldName: 'user',
      resolveUserFn,
    }),
  ],
  cors: false,
  graphiql: false,
  landingPage: false,
  logging: false,
  multipart: false,
});

createServer(yoga).listen(told.port, '127.0.0.1', () => ready(asBearers(signTokens())));
process.once('SIGTERM', () => process.exit());
