import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { readConfig } from '../../src/config/index.js';
import type { RedisTarget } from '../../src/config/index.js';
import { describeWith, freePort } from './debian.js';
import { until } from './until.js';

export const REDIS_SERVER = '/usr/bin/redis-server';

/** `describe`, or a skip whose title says that Debian's redis-server is missing. */
export const describeWithRedis: ReturnType<typeof describeWith> = (title, body) =>
  describeWith([REDIS_SERVER])(title, body);

/** What a server reads in REDIS_URL. */
export function target(url: string): RedisTarget {
  const { redis } = readConfig({ SESSION_STORE: 'redis', REDIS_URL: url });
  if (!redis) throw new Error('no target');
  return redis;
}

/** A Redis of one's own, which a test can take away. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Somebody who looks from outside. */
  readonly client: Redis;
  /** It takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** As a crash would: what it had in memory is lost. */
  kill(): Promise<void>;
  /** Starts it again on its port, with what its folder holds. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  /** Settings as on the command line: `['--maxmemory-policy', 'allkeys-lru']`. */
  readonly settings?: readonly string[];
  readonly password?: string;
  /** Writes a file of settings into the folder, and answers how to begin the command line with it. */
  readonly configure?: (folder: string) => Promise<readonly string[]>;
}

export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const { settings = [], password, configure } = options;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-redis-'));
  const secret = password === undefined ? [] : ['--requirepass', password];
  // A sentinel has nothing to save, and refuses to be told so.
  const begin = configure ? await configure(folder) : ['--save', ''];
  const args = [...begin, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  let child: ChildProcess;
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    maxRetriesPerRequest: null,
    disconnectTimeout: 10,
    ...(password === undefined ? {} : { password }),
    retryStrategy: () => 50,
  });
  client.on('error', () => undefined);

  const start = async () => {
    const all = [...args, '--loglevel', 'warning', ...secret, ...settings];
    child = spawn(REDIS_SERVER, all, { stdio: 'ignore' });
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`redis-server exited with ${child.exitCode}`);
      if (client.status === 'wait' || client.status === 'end')
        client.connect().catch(() => undefined);
      return client.status === 'ready';
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  await start();
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    port,
    folder,
    client,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    start,
    stop: async () => {
      client.disconnect();
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
