import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { StartupError } from '../../errors/startup-error.js';
import { isSameProcess, processStart } from './process-identity.js';

interface ServerLock {
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  start: string;
}

const TAKEOVER_TRIES = 50;

/**
 * Takes the lock of a data folder for this process. A lock left behind by a process that is gone
 * is replaced.
 *
 * @throws StartupError when another server lives in the folder.
 */
export async function takeServerLock(dataDir: string): Promise<ServerLock> {
  const path = lockPath(dataDir);
  // Asked first, so that a user who may not write here is told the true reason.
  const holder = await liveHolder(path);
  if (holder !== undefined) throw alreadyRunning(dataDir, holder);
  const own = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  const start = (await processStart(process.pid)) ?? '';
  // The nonce tells two starts of one process apart.
  const content = JSON.stringify({ pid: process.pid, start, nonce: own.slice(-12) });
  await writeFile(own, content, { flag: 'wx', mode: 0o644 });
  try {
    await acquire(dataDir, path, own);
  } finally {
    await rm(own, { force: true });
  }
  return {
    async release() {
      if ((await readText(path)) === content) await rm(path, { force: true });
    },
  };
}

/** The process that holds the lock of a data folder, if it lives. */
export async function liveLockHolder(dataDir: string): Promise<number | undefined> {
  return liveHolder(lockPath(dataDir));
}

async function acquire(dataDir: string, path: string, own: string): Promise<void> {
  const takeover = `${path}.takeover`;
  for (let attempt = 0; attempt < TAKEOVER_TRIES; attempt += 1) {
    if (await linked(own, path)) return;
    const holder = await liveHolder(path);
    if (holder !== undefined) throw alreadyRunning(dataDir, holder);
    // Two that both saw the stale lock must not both replace it: the second would oust the first.
    if (await linked(own, takeover)) {
      if (await replaced(dataDir, path, takeover)) return;
      continue;
    }
    if ((await liveHolder(takeover)) === undefined) await rm(takeover, { force: true });
    await delay(20);
  }
  throw new StartupError(`Cannot lock ${dataDir}: remove ${path} if no Portcullis runs there.`);
}

/** Puts `takeover` in the place of a stale lock; answers false if that lock is gone by now. */
async function replaced(dataDir: string, path: string, takeover: string): Promise<boolean> {
  try {
    const stale = (await readText(path)) !== undefined;
    const rival = await liveHolder(path);
    if (rival !== undefined) throw alreadyRunning(dataDir, rival);
    if (stale) await rename(takeover, path);
    else await rm(takeover, { force: true });
    return stale;
  } catch (error) {
    await rm(takeover, { force: true });
    throw error;
  }
}

function alreadyRunning(dataDir: string, pid: number): StartupError {
  return new StartupError(
    `Another Portcullis (pid ${pid}) already runs on ${dataDir}. ` +
      'Stop it, or set DATA_DIR to another folder.',
  );
}

/** Makes `to` a name of the complete file `from`, unless that name is taken: in one step. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function liveHolder(path: string): Promise<number | undefined> {
  const holder = parseHolder(await readText(path));
  if (holder === undefined) return undefined;
  return (await isSameProcess(holder.pid, holder.start)) ? holder.pid : undefined;
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const { pid, start } = JSON.parse(text ?? '') as Partial<Holder>;
    const valid = Number.isSafeInteger(pid) && Number(pid) > 0 && typeof start === 'string';
    return valid ? { pid: Number(pid), start } : undefined;
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function lockPath(dataDir: string): string {
  return join(dataDir, 'server.lock');
}
