import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import knex from 'knex';
import type { Knex } from 'knex';
import { StartupError } from '../errors/startup-error.js';
import { silent } from './database.js';
import { translateFailure } from './failures.js';
import { MigrationFiles } from './migration-files.js';
import { MigrationWaits } from './migration-waits.js';
import type { MigrateOptions } from './migration-waits.js';
import { BOUNDS, createPool } from './pool.js';

const TABLES = { tableName: 'migrations' };
/** Any number, the same on all nodes. */
const LOCK = 7_053_219_431;
/** Milliseconds between two attempts to get it. */
const LOCK_RETRY = 100;
const OLDEST_SERVER = 150_000;

/**
 * Applies what is missing and answers the names of what it applied, while other nodes go on with their
 * work: see MigrationWaits. Nodes that start together wait for each other: the lock is a transaction's,
 * so that it goes with its holder and passes poolers.
 * @throws StartupError when the server is a standby or too old, or the database newer than this code.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  // Building an index may take its time; the bounds of the server's own statements do not fit here.
  const bounds = { ...BOUNDS, statement: 0, lock: 0, answer: 0, idleTransaction: 0 };
  const name = `portcullis-migrations-${randomBytes(4).toString('hex')}`;
  const pool = createPool(url, { max: 4, bounds, admitStandby: true, name });
  const db = knex({ client: 'pg', connectionPool: pool, compileSqlOnError: false, log: silent });
  try {
    for (;;) {
      const applied = await db.transaction(async (lock) => {
        await refuseUnfitServer(lock);
        if (!(await takeLock(lock))) return undefined;
        // Only the holder of the lock migrates, so a lock row left by a node that died says nothing.
        await db.migrate.forceFreeMigrationsLock(TABLES);
        return applyAll(db, new MigrationWaits(db, lock, name, options));
      });
      if (applied) return applied;
      await delay(LOCK_RETRY, undefined, options.signal ? { signal: options.signal } : {});
    }
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

/**
 * Who does not get it begins anew later: for a transaction that waits in the server, or waits and asks
 * again, CREATE INDEX CONCURRENTLY would wait in turn.
 */
async function takeLock(lock: Knex): Promise<boolean> {
  const { rows } = await lock.raw<{ rows: { taken: boolean }[] }>(
    'SELECT pg_try_advisory_xact_lock(?) AS taken',
    [LOCK],
  );
  // A role's own limit is for other transactions than this.
  await lock.raw('SET LOCAL idle_in_transaction_session_timeout = 0');
  return rows[0]?.taken === true;
}

async function applyAll(db: Knex, waits: MigrationWaits): Promise<string[]> {
  const migrationSource = new MigrationFiles((trx, sql) => waits.run(trx, sql));
  const config = { ...TABLES, migrationSource };
  const [, missing] = (await db.migrate.list(config)) as [unknown, string[]];
  for (const name of missing) await waits.during(name, () => db.migrate.up({ ...config, name }));
  return missing;
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
