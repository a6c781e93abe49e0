// the-guild.dev/graphql/shield/docs/rules: one rule over the type, its answer kept for the request ('contextual').
import { makeExecutableSchema } from '@graphql-tools/schema';
import { applyMiddleware } from 'graphql-middleware';
import { rule, shield } from 'graphql-shield';
import jwt from 'jsonwebtoken';
import { serveApollo } from '../support/serve-apollo.mjs';
import { asBearers, bearerOf, keys, signTokens } from '../support/signed-tokens.mjs';
import { fieldsOf, resolversOf, told } from '../support/subject.mjs';

/** A string is what tutorials hand over; of a KeyObject jsonwebtoken need not make a key each time. */
const key = told.way === 'string-secret' ? keys.text : keys.verifyWith;
const algorithms = [told.algorithm];

const isAuthenticated = rule({ cache: 'contextual' })(
  (parent, input, context) => context.user !== null,
);
const schema = applyMiddleware(
  makeExecutableSchema({
    typeDefs: `type Query { ${fieldsOf({ auth: '' })} }`,
    resolvers: { Query: resolversOf(['auth']) },
  }),
  shield({ Query: isAuthenticated }),
);

function userOf(authorization) {
  try {
    return jwt.verify(bearerOf(authorization), key, { algorithms });
  } catch {
    return null;
  }
}

await serveApollo(
  schema,
  ({ headers }) => Promise.resolve({ user: userOf(headers.authorization) }),
  asBearers(signTokens()),
);
