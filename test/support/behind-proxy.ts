import { ROTATE } from '../../src/stores/sessions/redis/scripts/rotate.js';
import { createTestDatabase } from './database.js';
import type { TestDatabase } from './database.js';
import { readCommands, startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { startTestServer } from './server.js';
import type { TestServer, TestServerOptions } from './server.js';

/** A server whose database can be taken away. */
export interface ServerBehindProxy extends TestServer {
  readonly proxy: Proxy;
  /** Lets the next rotation of a refresh token be done, then cuts before its answer. */
  loseAnswerToRotation(): void;
}

/** Its `database` looks past the proxy. */
export async function startServerBehindProxy(
  options: TestServerOptions = {},
): Promise<ServerBehindProxy> {
  const database = options.database ?? (await createTestDatabase());
  const proxy = await startProxy(database.url);
  const redis = database.redisUrl && (await startProxy(database.redisUrl, readCommands));
  const proxied: TestDatabase = {
    ...database,
    url: proxy.url,
    redisUrl: redis ? redis.url : undefined,
  };
  const server = await startTestServer({ ...options, database: proxied });
  return {
    ...server,
    database,
    proxy,
    loseAnswerToRotation: () => {
      if (redis) redis.loseAnswerTo(ROTATE.sha1);
      else proxy.loseAnswerTo('refresh_counter = a.next');
    },
    stop: async () => {
      proxy.heal();
      await server.stop();
      await proxy.stop();
      if (redis) await redis.stop();
      if (!options.database) await database.drop();
    },
  };
}
