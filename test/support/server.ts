import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { readConfig } from '../../src/config/index.js';
import { createLog, startServer } from '../../src/server/index.js';
import type { Node } from '../../src/server/index.js';
import type { Clock } from '../../src/support/clock.js';
import { keep, keepSecret } from '../canary/canary.js';
import { createTestDatabase } from './database.js';
import type { TestDatabase } from './database.js';

export const ADMIN = { email: 'admin@example.com', password: 'the admin has a password' };
export const SECRET = 'Zk3v9Qw1xT7bN5mR2pL8dF4hJ6sA0cYgUeViOqXw';

export interface TestServer {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly node: Node;
  readonly database: TestDatabase;
  /** Everything that was logged, at debug level. */
  readonly log: () => string;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly env?: Record<string, string>;
  readonly clock?: Clock;
  /** Shared with other nodes; whoever made it drops it. */
  readonly database?: TestDatabase;
}

/** Where the servers of a test database keep their sessions. */
function sessionStoreEnv({ redisUrl }: TestDatabase): Record<string, string> {
  return redisUrl === undefined ? {} : { SESSION_STORE: 'redis', REDIS_URL: redisUrl };
}

/** A server inside this process, on a real port and a real database. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-server-'));
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: database.url,
    ...sessionStoreEnv(database),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'debug',
    PORTCULLIS_SECRET: SECRET,
    PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
    PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
    ...options.env,
  });
  for (const secret of [SECRET, ADMIN.password]) keepSecret(secret);
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      keep('log', chunk.toString());
      done();
    },
  });
  const { clock } = options;
  const server = await startServer({ config, log: createLog(config.logLevel, sink), clock });
  const node = await server.ready.catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    node,
    database,
    log: () => lines.join(''),
    stop: async () => {
      await server.stop();
      if (!options.database) await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
