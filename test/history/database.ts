import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/index.js';
import { freezePostgres, postmasterOf } from '../support/postgres-process.js';
import { startSuccession } from '../support/succession.js';
import { until } from '../support/until.js';
import type { DatabaseFault } from './plan.js';
import type { FailOver } from './settings.js';

/** A PostgreSQL that was killed waits for its children to end before it is started again. */
const RETURNS_WITHIN = 60_000;
/** Milliseconds for which the standby hears of nothing before a fail-over that may lose something. */
const ALONE = 400;

/** What all nodes work on, with what may happen to it. */
export interface StageDatabase {
  readonly url: string;
  /** Does it to the database, and settles when it answers again. */
  suffer(fault: DatabaseFault, lasts: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param folder where the embedded one may keep its data; one that fails over has a place of its own */
export async function startDatabase(
  folder: string,
  failOver: FailOver | undefined,
): Promise<StageDatabase> {
  const { freeze, end, takeOver, ...database } =
    failOver === undefined ? await embedded(folder) : await succession(failOver);
  return {
    ...database,
    suffer: async (fault, lasts) => {
      if (fault === 'fail over') await takeOver();
      else if (fault === 'freeze database') {
        const thaw = await freeze();
        await delay(lasts);
        thaw();
      } else await end(fault === 'restart database' ? 'SIGINT' : 'SIGKILL');
      await until(() => answers(database.url), RETURNS_WITHIN);
    },
  };
}

interface Mortal {
  readonly url: string;
  freeze(): Promise<() => void>;
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  takeOver(): Promise<void>;
  stop(): Promise<void>;
}

async function embedded(dataDir: string): Promise<Mortal> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    durable: false,
    // A kill of PostgreSQL, unlike one of the machine, loses nothing that was committed.
    settings: { synchronous_commit: 'on' },
  });
  return {
    url: postgres.url,
    freeze: () => freezePostgres(dataDir),
    end: async (signal) => {
      process.kill(await postmasterOf(dataDir), signal);
      await delay(50);
    },
    takeOver: () => Promise.reject(new Error('nobody is there to take over')),
    stop: () => postgres.stop(),
  };
}

async function succession(failOver: FailOver): Promise<Mortal> {
  const synchronous = failOver === 'synchronous';
  const servers = await startSuccession({ synchronous });
  return {
    url: servers.url,
    freeze: () => servers.freeze(),
    end: (signal) => servers.restart(signal),
    takeOver: () => servers.failOver(synchronous ? {} : { alone: ALONE }),
    stop: () => servers.stop(),
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    client.end().catch(() => undefined);
  }
}
