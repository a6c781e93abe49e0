import { ensureSecret } from '../config/index.js';
import type { Config } from '../config/index.js';
import {
  Database,
  findRunningEmbeddedPostgres,
  migrate,
  startEmbeddedPostgres,
} from '../database/index.js';
import { StartupError } from '../errors/index.js';
import { Redis } from '../redis/index.js';
import type { Deps } from '../services/index.js';
import { systemClock } from '../support/clock.js';
import { onStopSignal } from './stop-signals.js';

/** Gets the URL of a migrated database and the names of the migrations that it lacked before. */
type DatabaseWork<T> = (url: string, applied: readonly string[]) => Promise<T>;

/**
 * Works on the database that a server with these settings has: DATABASE_URL, or the embedded
 * PostgreSQL, which is started for the time of the work unless a server runs it already.
 * @throws StartupError
 */
export async function withDatabase<T>(config: Config, work: DatabaseWork<T>): Promise<T> {
  const running = config.databaseUrl ?? (await findRunningEmbeddedPostgres(config.dataDir));
  if (running !== undefined) return onMigrated(running, work);
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir });
  // A PostgreSQL that outlives its command would keep the folder from the next one.
  onStopSignal(() => void postgres.stop().finally(() => process.exit(1)));
  try {
    return await onMigrated(postgres.url, work);
  } finally {
    await postgres.stop();
  }
}

/** Works with the use cases, as the operator. @throws StartupError, PortcullisError. */
export function withServices<T>(config: Config, work: (deps: Deps) => Promise<T>): Promise<T> {
  return withDatabase(config, async (url) => {
    // Not the index, with which the HTTP server and Apollo come: half a second.
    const { createDeps } = await import('../server/deps.js');
    const secret = await ensureSecret(config);
    const database = new Database(url, { connections: 2, checkConnections: 1 });
    const redis = config.redis && (await Redis.open(config.redis));
    try {
      await answering(() => redis?.ready() ?? Promise.resolve());
      const place = { config, database, redis, clock: systemClock };
      return await work(await createDeps({ ...place, secret }));
    } finally {
      await redis?.close();
      await database.close();
    }
  });
}

async function onMigrated<T>(databaseUrl: string, work: DatabaseWork<T>): Promise<T> {
  return work(databaseUrl, await answering(() => migrate(databaseUrl)));
}

/** A server waits for its database and for Redis; a person at a terminal is told. */
async function answering<T>(work: () => Promise<T>): Promise<T> {
  const { whenReachable } = await import('../server/bring-up.js');
  return whenReachable(work, {
    onWaiting: (reason) => {
      throw new StartupError(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`);
    },
  });
}
