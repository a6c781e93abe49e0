// The floor of the comparison: the same HTTP server, Apollo, resolvers and database, and no gate. No
// token is read, nothing is judged, every request counts as the same user's.
import { readConfig } from '../../dist/config/index.js';
import { Database, migrate } from '../../dist/database/index.js';
import { resolvers } from '../../dist/graphql/resolvers/index.js';
import { readTypeDefs } from '../../dist/graphql/schema.js';
import { createHttp } from '../../dist/server/http.js';
import { createDeps } from '../../dist/server/deps.js';
import { createLog } from '../../dist/server/index.js';
import { systemClock } from '../../dist/support/clock.js';
import { register } from '../../dist/services/index.js';
import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';

const config = readConfig(process.env);
await migrate(config.databaseUrl);
const database = new Database(config.databaseUrl);
const deps = await createDeps({
  config,
  secret: config.secret,
  database,
  clock: systemClock,
});
const origin = { ip: '127.0.0.1', userAgent: null };
const input = { email: `open.${process.pid}@example.com`, password: 'a password of some length' };
const { user, session } = await register(deps, { input }, origin);
const context = { deps, origin, extras: {}, token: { userId: user.id, sessionId: session.id } };

const apollo = new ApolloServer({
  schema: makeExecutableSchema({ typeDefs: readTypeDefs(), resolvers }),
  introspection: false,
  persistedQueries: false,
  csrfPrevention: true,
  stopOnTerminationSignals: false,
});
await apollo.start();
const node = { apollo, context: () => Promise.resolve({ ...context }) };
const log = createLog(config.logLevel);
const lifecycle = { current: { phase: 'ready', node } };
const app = await createHttp({ config, database, lifecycle, log });
await app.listen({ host: config.host, port: config.port });

process.once('SIGTERM', () => {
  app.server.closeAllConnections();
  void app.close().then(() => database.close());
});
