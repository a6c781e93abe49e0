// The app's own API: a recovery code, which is shown only to who has just entered the password.
import { randomInt } from 'node:crypto';
import { createSchema, createYoga } from 'graphql-yoga';
import { createProtection, yogaPlugin } from 'portcullis/directives';
import { createResourceServer } from 'portcullis/verify';

const typeDefs = `
  type Query {
    hasRecoveryCode: Boolean @auth
  }
  type Mutation {
    "Ten seconds, to see it happen: an app would take minutes."
    showRecoveryCode: String @auth(maxAuthAge: 10) @critical
  }`;

const code = Array.from({ length: 4 }, () => randomInt(1_000, 10_000)).join('-');
const resolvers = {
  Query: { hasRecoveryCode: () => true },
  Mutation: { showRecoveryCode: () => code },
};

export async function createVault({ authUrl, serviceToken }) {
  const portcullis = createResourceServer({
    url: authUrl,
    issuer: 'portcullis',
    audience: 'portcullis',
    serviceToken,
  });
  await portcullis.start();
  const protection = createProtection({ guard: portcullis.guard });
  const yoga = createYoga({
    graphqlEndpoint: '/vault',
    graphiql: false,
    schema: protection.protect(
      createSchema({ typeDefs: [protection.typeDefs, typeDefs], resolvers }),
    ),
    plugins: [yogaPlugin(protection)],
    context: async ({ request }) => ({
      portcullis: await portcullis.authenticate(request.headers.get('authorization') ?? undefined),
    }),
  });
  return {
    middleware: (request, response, next) =>
      request.url === '/vault' ? yoga(request, response) : next(),
    stop: () => portcullis.stop(),
  };
}
