import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import knex from 'knex';
import type { Knex } from 'knex';
import { StartupError } from '../errors/startup-error.js';
import { silent } from './database.js';
import { translateFailure } from './failures.js';
import { BOUNDS, createPool } from './pool.js';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const TABLES = { tableName: 'migrations' };
/** Any number, the same on all nodes. */
const LOCK = 7_053_219_431;
const OLDEST_SERVER = 150_000;

/** Numbered SQL files; each runs once, in a transaction, forward only. */
class SqlFiles implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    return (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  }

  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Knex.Migration> {
    const sql = await readFile(join(FOLDER, name), 'utf8');
    return {
      up: async (db) => {
        await db.raw(sql);
      },
      down: () => Promise.reject(new Error('migrations go forward only')),
    };
  }
}

/**
 * Applies what is missing and answers the names of what it applied. Nodes that start together wait
 * for each other: the lock is a transaction's, so that it goes with its holder and passes poolers.
 * @throws StartupError when the server is a standby or too old, or the database newer than this code.
 */
export async function migrate(url: string): Promise<string[]> {
  // Building an index may take its time; the bounds of the server's own statements do not fit here.
  const bounds = { ...BOUNDS, statement: 0, lock: 0, answer: 0, idleTransaction: 0 };
  const pool = createPool(url, { max: 3, bounds, admitStandby: true });
  const db = knex({ client: 'pg', connectionPool: pool, compileSqlOnError: false, log: silent });
  try {
    return await db.transaction(async (lock) => {
      await refuseUnfitServer(lock);
      await lock.raw('SELECT pg_advisory_xact_lock(?)', [LOCK]);
      // Only the holder of the lock migrates, so a lock row left by a node that died says nothing.
      await db.migrate.forceFreeMigrationsLock(TABLES);
      const [, applied] = (await db.migrate.latest({
        ...TABLES,
        migrationSource: new SqlFiles(),
      })) as [number, string[]];
      return applied;
    });
  } catch (error) {
    if (error instanceof StartupError) throw error;
    if (error instanceof Error && /migration directory is corrupt/.test(error.message)) {
      throw new StartupError('The database was migrated by a newer Portcullis than this one.');
    }
    throw translateFailure(error);
  } finally {
    await db.destroy();
    await pool.end();
  }
}

async function refuseUnfitServer(db: Knex): Promise<void> {
  const { rows } = await db.raw<{ rows: { number: number; standby: boolean }[] }>(
    "SELECT current_setting('server_version_num')::int AS number, pg_is_in_recovery() AS standby",
  );
  const { number, standby } = rows[0] ?? { number: 0, standby: false };
  if (number < OLDEST_SERVER) {
    throw new StartupError(
      `PostgreSQL 15 or later is needed; DATABASE_URL has ${Math.floor(number / 10_000)}.`,
    );
  }
  if (standby) {
    throw new StartupError(
      'DATABASE_URL leads to a standby, which hears late of revocations and takes no writes; give it the primary.',
    );
  }
}

/** Names of the migrations that are not among those applied. */
export async function pendingMigrations(applied: readonly string[]): Promise<string[]> {
  return (await new SqlFiles().getMigrations()).filter((name) => !applied.includes(name));
}
