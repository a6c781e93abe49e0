import { randomBytes } from 'node:crypto';
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

import { StartupError } from '../../errors/startup-error.js';
import { clusterArgument } from './cluster-location.js';
import type { DataFolder } from './data-folder.js';
import { run, type Runner } from './run.js';

export const SUPERUSER = 'portcullis';
export const DATABASE = 'portcullis';

const STAGING = 'postgres.new-';

/**
 * Whether the folder holds a cluster that this PostgreSQL can run.
 *
 * @throws StartupError when it holds one of another major version, or something else.
 */
export async function hasCluster({ cluster }: DataFolder, version: string): Promise<boolean> {
  const found = await readText(join(cluster, 'PG_VERSION'));
  if (found === undefined) {
    const entries = await readdir(cluster).catch(ignoreMissing);
    if (entries === undefined || entries.length === 0) return false;
    throw new StartupError(
      `${cluster} is not empty and holds no PostgreSQL cluster. Move it away, or set DATA_DIR to another folder.`,
    );
  }
  const major = String(Number.parseInt(version, 10));
  if (found.trim() === major) return true;
  throw new StartupError(
    `${cluster} was made by PostgreSQL ${found.trim()}, and this Portcullis runs PostgreSQL ${major}. ` +
      'Dump it with the version that made it, or set DATA_DIR to another folder.',
  );
}

/**
 * The superuser's password; made on the first start.
 *
 * @throws StartupError when it is lost.
 */
export async function clusterPassword(folder: DataFolder, isNew: boolean): Promise<string> {
  const kept = (await readText(folder.password))?.trim();
  if (kept !== undefined && kept !== '') return kept;
  if (!isNew) {
    throw new StartupError(
      `${folder.password} is missing, and the cluster beside it cannot be opened without it. ` +
        'Restore it, or set DATA_DIR to another folder.',
    );
  }
  const password = randomBytes(24).toString('base64url');
  const staging = `${folder.password}.new`;
  await rm(staging, { force: true });
  await writeFile(staging, `${password}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await rename(staging, folder.password);
  return password;
}

interface CreateRequest {
  folder: DataFolder;
  binDir: string;
  runner: Runner | undefined;
  password: string;
  durable: boolean;
}

/**
 * Makes the cluster and its database. It comes into its place in one step at the end, so that a
 * start that is killed midway leaves nothing but a folder for the next to remove.
 */
export async function createCluster(request: CreateRequest): Promise<void> {
  const { folder, runner, password } = request;
  await removeHalfMade(folder);
  const staging = await mkdtemp(join(folder.root, STAGING));
  try {
    const cluster = join(staging, 'cluster');
    const passwordFile = join(staging, 'password');
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
    await mkdir(cluster, { mode: 0o700 });
    if (runner !== undefined) {
      for (const path of [cluster, passwordFile, staging]) {
        await chown(path, runner.uid, runner.gid);
      }
    }
    await initialise(cluster, request);
    await rename(cluster, folder.cluster);
    await syncFolder(folder.root);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function initialise(
  cluster: string,
  { binDir, runner, durable }: CreateRequest,
): Promise<void> {
  const location = await clusterArgument(cluster, runner);
  const initdb = await run(
    join(binDir, 'initdb'),
    [
      ...['-D', location, '-U', SUPERUSER, '--pwfile=../password', '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
      ...(durable ? [] : ['--no-sync']),
    ],
    { cwd: cluster, runner },
  );
  if (initdb.code !== 0) throw initialisationFailed(initdb.output);
  const single = await run(
    join(binDir, 'postgres'),
    ['--single', ...(durable ? [] : ['-F']), '-D', location, 'postgres'],
    { cwd: cluster, runner, input: `CREATE DATABASE ${DATABASE}\n` },
  );
  // A stand-alone backend reports a failed statement and still ends with status 0.
  if (single.code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(single.output)) {
    throw initialisationFailed(single.output);
  }
}

function initialisationFailed(output: string): StartupError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const told = lines.map((line) => /(initdb: )?\b(error|FATAL|PANIC|ERROR):.*/.exec(line)?.[0]);
  const telling = told.find((line) => line !== undefined) ?? lines.at(-1) ?? 'it wrote nothing';
  return new StartupError(`PostgreSQL could not initialise its data: ${telling.trim()}`);
}

async function removeHalfMade({ root }: DataFolder): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(STAGING)) continue;
    // The initdb of a killed start may still be writing there.
    await rm(join(root, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
