import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import type { RedisTarget } from '../config/index.js';
import { StartupError } from '../errors/startup-error.js';

export type Client = Redis | Cluster;

/** Bounds on every wait, in milliseconds. The driver's own are infinite, or queue without end. */
const CONNECT = 1_000;
const COMMAND = 2_000;

/** Waits longer each time, up to a second, and not all nodes at the same moment. */
function backOff(attempt: number): number {
  return Math.min(25 * 2 ** attempt, 1_000) * (0.75 + Math.random() / 2);
}

/** For each connection to a server. */
function connectionOptions({ tls, username, password }: RedisTarget): RedisOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectionName: 'portcullis',
    connectTimeout: CONNECT,
    commandTimeout: COMMAND,
    // A connection that was given up on is closed at once: its peer may never answer.
    disconnectTimeout: 100,
    keepAlive: 10_000,
    // What was under way when a connection broke is told so: it may have happened or not, and waiting
    // for a new connection has no bound.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
}

function clientOptions(target: RedisTarget): RedisOptions {
  return {
    ...connectionOptions(target),
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: backOff,
    // A primary that has become a replica takes no writes: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function clusterOptions(target: RedisTarget): ClusterOptions {
  return {
    // A silent node is dropped; its place is asked for again.
    redisOptions: { ...connectionOptions(target), socketTimeout: COMMAND },
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: backOff,
    slotsRefreshTimeout: CONNECT,
    slotsRefreshInterval: 5_000,
    // Names stay names, as TLS certificates have them.
    dnsLookup: (address, found) => found(null, address),
  };
}

interface Driver {
  readonly Redis: typeof Redis;
  readonly Cluster: typeof Cluster;
}

async function load(): Promise<Driver> {
  try {
    return await import('ioredis');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new StartupError(
      'SESSION_STORE=redis needs the package ioredis, which is not installed: npm install ioredis',
    );
  }
}

/**
 * A client that is not connected yet. The driver is loaded here, by those who use it.
 * @throws StartupError when it is not installed.
 */
export async function createClient(target: RedisTarget): Promise<Client> {
  const driver = await load();
  switch (target.kind) {
    case 'single':
      return new driver.Redis({ ...clientOptions(target), ...target.address, db: target.db });
    case 'sentinel': {
      const { sentinels, name, db, tls, sentinelUsername, sentinelPassword } = target;
      return new driver.Redis({
        ...clientOptions(target),
        sentinels: [...sentinels],
        name,
        db,
        ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
        ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
        ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
        sentinelCommandTimeout: CONNECT,
        sentinelRetryStrategy: backOff,
        // Told of a failover, it leaves an old primary that still answers.
        failoverDetector: true,
      });
    }
    case 'cluster':
      return new driver.Cluster([...target.nodes], clusterOptions(target));
  }
}
