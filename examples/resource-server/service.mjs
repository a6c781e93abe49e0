import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { createProtection, yogaPlugin } from 'portcullis/directives';
import { createResourceServer } from 'portcullis/verify';

const typeDefs = `
  type Query {
    forecast: String @public
    "No I/O: whatever revocation the service has heard of denies."
    stations: [String!] @auth
    "No I/O while the service hears from the server."
    readings: [Int!] @critical(maxStale: 5)
  }
  type Mutation {
    "The server is asked whether the session is good right now."
    calibrate(station: String!): Boolean @critical
  }`;

const resolvers = {
  Query: {
    forecast: () => 'rain later',
    stations: () => ['harbour', 'summit'],
    readings: () => [12, -3],
  },
  Mutation: { calibrate: () => true },
};

export async function startService({ authUrl, serviceToken, port }) {
  const portcullis = createResourceServer({
    url: authUrl,
    issuer: 'portcullis',
    audience: 'portcullis',
    serviceToken,
  });
  await portcullis.start();
  const protection = createProtection({ guard: portcullis.guard });
  const yoga = createYoga({
    schema: protection.protect(
      createSchema({ typeDefs: [protection.typeDefs, typeDefs], resolvers }),
    ),
    plugins: [yogaPlugin(protection)],
    context: async ({ request }) => ({
      portcullis: await portcullis.authenticate(request.headers.get('authorization') ?? undefined),
    }),
  });
  const server = createServer(yoga).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await portcullis.stop();
    },
  };
}
