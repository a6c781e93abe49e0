import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPgBouncer } from '../support/pgbouncer.js';
import { startRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { startDatabase } from './database.js';
import type { StageDatabase } from './database.js';
import { NODES } from './plan.js';
import type { Choice } from './settings.js';
import { Slot } from './slot.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Fields beside the server's own, so that there are some at several bounds. Their answer is null. */
const FIELDS = `extend type Query {
  "Knowledge of at most a second."
  within1: String @critical(maxStale: 1)
  "Knowledge of at most two seconds."
  within2: String @critical(maxStale: 2)
  "Knowledge of at most five seconds."
  within5: String @critical(maxStale: 5)
}
`;
/** Seconds. */
export const BOUNDS = [1, 2, 5] as const;

/** A Redis that is killed loses nothing that it has answered. */
const SAFE = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** The node that has a pooler before it, if there is one. */
const POOLED = NODES - 1;

/** Three servers in processes of their own, each with its own way to one PostgreSQL. */
export interface Stage {
  readonly slots: readonly Slot[];
  readonly database: StageDatabase;
  /** Where the sessions live, if not in PostgreSQL. */
  readonly redis: TestRedis | undefined;
  stop(): Promise<void>;
}

export interface StageOptions extends Pick<Choice, 'failOver' | 'pooler'> {
  readonly env: Readonly<Record<string, string>>;
}

export async function setStage({ env, failOver, pooler }: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-history-'));
  const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const bin = await installedCopy(join(folder, 'package'));
    const database = await startDatabase(join(folder, 'data'), failOver);
    undo.push(() => database.stop());
    const byPooler = pooler === true ? await startPooler(database.url, undo) : database.url;
    const redis =
      env['SESSION_STORE'] === 'redis' ? await startRedis({ settings: SAFE }) : undefined;
    if (redis) undo.push(() => redis.stop());
    const place = redis ? { REDIS_URL: redis.url } : {};
    const slots: Slot[] = [];
    for (let index = 0; index < NODES; index += 1) {
      const slot = await Slot.create({
        ...{ index, bin, databaseUrl: index === POOLED ? byPooler : database.url },
        env: { ...env, ...place },
      });
      undo.push(() => slot.stop());
      slots.push(slot);
    }
    // One migrates the empty database, the others find it done.
    const [first, ...others] = slots;
    await first?.start();
    await Promise.all(others.map((slot) => slot.start()));
    return { slots, database, redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits as short as those of a node: what its clients do is to be seen, not its patience. */
const POOLER = { server_login_retry: '1', server_connect_timeout: '2' };

async function startPooler(url: string, undo: (() => Promise<void>)[]): Promise<string> {
  const pooler = await startPgBouncer(url, {
    ...{ mode: 'transaction', poolSize: 15 },
    settings: POOLER,
  });
  undo.push(() => pooler.stop());
  return pooler.url;
}

/** What a package would hold, with more fields in its schema. Answers the path of its program. */
async function installedCopy(to: string): Promise<string> {
  for (const part of ['bin', 'dist', 'migrations', 'schema', 'package.json']) {
    await cp(join(ROOT, part), join(to, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(to, 'node_modules'));
  await writeFile(join(to, 'schema', 'history.graphql'), FIELDS);
  return join(to, 'bin', 'portcullis.js');
}
