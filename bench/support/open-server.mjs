// Our server without its guards: the same HTTP server, Apollo, resolvers and database. No token is read and
// nothing is judged; every request counts as the same user's.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { Database, migrate } from '../../dist/database/index.js';
import { readTypeDefs, resolvers } from '../../dist/graphql/index.js';
import { createDeps } from '../../dist/server/deps.js';
import { Door } from '../../dist/server/door.js';
import { createHttp } from '../../dist/server/http.js';
import { register } from '../../dist/services/index.js';
import { systemClock } from '../../dist/support/clock.js';

/** Requests go in together, and nobody is looked at. */
export const openDoor = ({ denylist, checker }) =>
  new Door({ authenticate: () => undefined, denylist, checker });

export async function startOpenServer({
  config,
  log,
  schema = makeExecutableSchema({ typeDefs: readTypeDefs(), resolvers }),
}) {
  await migrate(config.databaseUrl);
  const database = new Database(config.databaseUrl);
  const { secret } = config;
  const deps = await createDeps({ config, secret, database, clock: systemClock });
  const origin = { ip: '127.0.0.1', userAgent: null };
  const input = { email: `open.${process.pid}@example.com`, password: 'a password of some length' };
  const { user, session } = await register(deps, { input }, origin);
  const token = { userId: user.id, sessionId: session.id };
  const context = { deps, origin, extras: {}, token };
  const apollo = new ApolloServer({
    schema,
    introspection: false,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginCacheControlDisabled()],
  });
  await apollo.start();
  const door = openDoor(deps);
  const node = { deps, apollo, door, context: () => Promise.resolve({ ...context }) };
  const lifecycle = { current: { phase: 'ready', node } };
  const app = await createHttp({ config, database, lifecycle, log });
  await app.listen({ host: config.host, port: config.port });
  return {
    ready: Promise.resolve(node),
    stop: async () => {
      app.server.closeAllConnections();
      await app.close();
      await database.close();
    },
  };
}
