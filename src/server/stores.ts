import { ensureSecret } from '../config/index.js';
import type { Config } from '../config/index.js';
import {
  Database,
  embeddedAccess,
  prepareDatabase,
  startEmbeddedPostgres,
} from '../database/index.js';
import type { DatabaseAccess } from '../database/index.js';
import { Redis } from '../redis/index.js';
import type { LogLines } from './log.js';

/** What a node keeps its state in. */
export interface Stores {
  readonly secret: string;
  readonly database: Database;
  /** Undefined: sessions live in the database. */
  readonly redis: Redis | undefined;
  /**
   * Brings the database up to date.
   * @param signal ends it
   * @throws StartupError, PortcullisError STORE_UNAVAILABLE
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /** Closes what was opened, an embedded PostgreSQL last. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly log: LogLines;
  /** Told each step in words for people. */
  readonly onStep?: ((line: string) => void) | undefined;
}

/** Opens them without waiting for any to answer. @throws StartupError */
export async function openStores(
  config: Config,
  { log, onStep = () => undefined }: OpenOptions,
): Promise<Stores> {
  const undo: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const secret = await ensureSecret(config);
    const { databaseUrl, databaseOwnerUrl: ownerUrl } = config;
    const access =
      databaseUrl === undefined
        ? await embedded(config, onStep, undo)
        : { url: databaseUrl, ownerUrl };
    const database = new Database(access.url);
    undo.push(() => database.close());
    const redis = config.redis && (await openRedis(config.redis, log, undo));
    const onWait = (line: string) => log.warn({ waiting: line }, 'a migration waits');
    const prepare = async (signal?: AbortSignal) => {
      const names = await prepareDatabase(access, { signal, onWait });
      onStep(`Database: ${names.length === 0 ? 'up to date' : `applied ${names.join(', ')}`}`);
      await redis?.ready();
    };
    return { secret, database, redis, prepare, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function embedded(
  config: Config,
  onStep: (line: string) => void,
  undo: (() => Promise<void>)[],
): Promise<DatabaseAccess> {
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, onStep });
  undo.push(async () => {
    await postgres.stop();
    onStep('PostgreSQL: stopped');
  });
  return embeddedAccess(postgres.url);
}

async function openRedis(
  target: NonNullable<Config['redis']>,
  log: LogLines,
  undo: (() => Promise<void>)[],
): Promise<Redis> {
  const onChange = (trouble: string | undefined) => {
    if (trouble === undefined) log.info('Redis is well again');
    else log.warn({ trouble }, 'sessions are not safe in Redis');
  };
  const redis = await Redis.open(target, { onChange });
  undo.push(() => redis.close());
  return redis;
}
