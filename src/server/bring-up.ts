import { setTimeout as delay } from 'node:timers/promises';
import { PortcullisError, StartupError } from '../errors/index.js';
import { StatementError, migrate } from '../database/index.js';

const RETRY_AFTER = 1_000;

export interface BringUpOptions {
  readonly databaseUrl: string;
  readonly signal: AbortSignal;
  readonly onMigrated: (names: readonly string[]) => void;
  /** Told why it cannot go on yet; it will try again. */
  readonly onWaiting: (reason: string) => void;
}

/**
 * Migrates the database, waiting for it as long as it takes: a database that comes up after its
 * servers is no reason for them to die.
 * @throws StartupError for what waiting does not mend.
 */
export async function migrateWhenReachable(options: BringUpOptions): Promise<void> {
  for (;;) {
    try {
      options.onMigrated(await migrate(options.databaseUrl));
      return;
    } catch (error) {
      if (!(error instanceof PortcullisError)) throw asStartupError(error);
      options.onWaiting('the database does not answer');
    }
    await delay(RETRY_AFTER, undefined, { signal: options.signal });
  }
}

function asStartupError(error: unknown): unknown {
  if (!(error instanceof StatementError)) return error;
  const said = error.sqlState.startsWith('28')
    ? 'refuses the user or the password'
    : error.sqlState === '3D000'
      ? 'has no database of that name'
      : `refuses to be migrated (${error.sqlState})`;
  return new StartupError(`PostgreSQL at DATABASE_URL ${said}.`);
}
