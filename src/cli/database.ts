import { ensureSecret } from '../config/index.js';
import type { Config } from '../config/index.js';
import {
  Database,
  findRunningEmbeddedPostgres,
  migrate,
  startEmbeddedPostgres,
} from '../database/index.js';
import { StartupError } from '../errors/index.js';
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
    const { createDeps } = await import('../server/index.js');
    const secret = await ensureSecret(config);
    const database = new Database(url, { connections: 2, checkConnections: 1 });
    try {
      return await work(await createDeps({ config, secret, database, clock: systemClock }));
    } finally {
      await database.close();
    }
  });
}

async function onMigrated<T>(databaseUrl: string, work: DatabaseWork<T>): Promise<T> {
  const { whenReachable } = await import('../server/bring-up.js');
  const applied = await whenReachable(() => migrate(databaseUrl), {
    // A server waits for its database; a person at a terminal is told.
    onWaiting: () => {
      throw new StartupError('The database does not answer.');
    },
  });
  return work(databaseUrl, applied);
}
