import type { Config } from '../config/index.js';
import type { DatabaseAccess } from '../database/index.js';
import { StartupError } from '../errors/startup-error.js';
import type * as useCases from '../services/index.js';
import type { Deps } from '../services/index.js';
import { systemClock } from '../support/clock.js';
import { note } from './output.js';
import { onStopSignal } from './stop-signals.js';

/** Gets the URL of a migrated database and the names of the migrations that it lacked before. */
type DatabaseWork<T> = (url: string, applied: readonly string[]) => Promise<T>;

/** What the operator can do. */
export type UseCases = typeof useCases;

/**
 * Works on the database that a server with these settings has: DATABASE_URL, or the embedded
 * PostgreSQL, which is started for the time of the work unless a server runs it already.
 * @throws StartupError
 */
export async function withDatabase<T>(config: Config, work: DatabaseWork<T>): Promise<T> {
  const { databaseUrl: url, databaseOwnerUrl: ownerUrl } = config;
  if (url !== undefined) return onMigrated({ url, ownerUrl }, work);
  const { embeddedAccess, findRunningEmbeddedPostgres, startEmbeddedPostgres } =
    await import('../database/index.js');
  const running = await findRunningEmbeddedPostgres(config.dataDir);
  if (running !== undefined) return onMigrated(embeddedAccess(running), work);
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir });
  // A PostgreSQL that outlives its command would keep the folder from the next one.
  onStopSignal(() => void postgres.stop().finally(() => process.exit(1)));
  try {
    return await onMigrated(embeddedAccess(postgres.url), work);
  } finally {
    await postgres.stop();
  }
}

/** Works with the use cases, as the operator. @throws StartupError, PortcullisError. */
export function withServices<T>(
  config: Config,
  work: (deps: Deps, services: UseCases) => Promise<T>,
): Promise<T> {
  return withDatabase(config, async (url) => {
    // Not the index, with which the HTTP server and Apollo come: half a second.
    const [{ createDeps }, services, { ensureSecret }, { Database }, { Redis }] = await Promise.all(
      [
        import('../server/deps.js'),
        import('../services/index.js'),
        import('../config/index.js'),
        import('../database/index.js'),
        import('../redis/index.js'),
      ],
    );
    const secret = await ensureSecret(config);
    const database = new Database(url, { connections: 2, checkConnections: 1 });
    const redis = config.redis && (await Redis.open(config.redis));
    let deps: Deps | undefined;
    try {
      await answering(() => redis?.ready() ?? Promise.resolve());
      const place = { config, database, redis, clock: systemClock };
      deps = await createDeps({ ...place, secret });
      return await work(deps, services);
    } finally {
      await deps?.hasher.close();
      await redis?.close();
      await database.close();
    }
  });
}

async function onMigrated<T>(access: DatabaseAccess, work: DatabaseWork<T>): Promise<T> {
  const { prepareDatabase } = await import('../database/index.js');
  return work(access.url, await answering(() => prepareDatabase(access, { onWait: note })));
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
