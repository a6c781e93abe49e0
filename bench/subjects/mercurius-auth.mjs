// github.com/mercurius-js/auth, docs/auth-directive.md: the token is verified once a request, in authContext.
import fastify from 'fastify';
import jwt from 'jsonwebtoken';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { asBearers, bearerOf, keys, signTokens } from '../support/signed-tokens.mjs';
import { fieldsOf, ready, resolversOf, told } from '../support/subject.mjs';

const algorithms = [told.algorithm];

function userOf(authorization) {
  try {
    return jwt.verify(bearerOf(authorization), keys.verifyWith, { algorithms });
  } catch {
    return null;
  }
}

const app = fastify();
await app.register(mercurius, {
  schema: `directive @auth on FIELD_DEFINITION type Query { ${fieldsOf({ auth: '@auth' })} }`,
  resolvers: { Query: resolversOf(['auth']) },
  // How often a query is asked before it is compiled; 0 is never.
  jit: told.way === 'jit' ? 1 : 0,
});
await app.register(mercuriusAuth, {
  authDirective: 'auth',
  authContext: ({ reply }) => ({ user: userOf(reply.request.headers.authorization) }),
  applyPolicy: (policy, parent, input, { auth }) => auth.user !== null,
});
await app.listen({ port: told.port, host: '127.0.0.1' });
ready(asBearers(signTokens()));
process.once('SIGTERM', () => process.exit());
