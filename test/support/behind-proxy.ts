import { createTestDatabase } from './database.js';
import type { TestDatabase } from './database.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { startTestServer } from './server.js';
import type { TestServer, TestServerOptions } from './server.js';

/** A server whose database can be taken away. */
export interface ServerBehindProxy extends TestServer {
  readonly proxy: Proxy;
}

/** Its `database` looks past the proxy. */
export async function startServerBehindProxy(
  options: TestServerOptions = {},
): Promise<ServerBehindProxy> {
  const database = options.database ?? (await createTestDatabase());
  const proxy = await startProxy(database.url);
  const proxied: TestDatabase = { ...database, url: proxy.url };
  const server = await startTestServer({ ...options, database: proxied });
  return {
    ...server,
    database,
    proxy,
    stop: async () => {
      proxy.heal();
      await server.stop();
      await proxy.stop();
      if (!options.database) await database.drop();
    },
  };
}
