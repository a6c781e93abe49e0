import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { StartupError } from '../../errors/startup-error.js';
import { isPostmasterOf } from './process-identity.js';

/** What a running postmaster tells of itself in its cluster's `postmaster.pid`. */
interface PostmasterStatus {
  pid: number;
  port: number | undefined;
  ready: boolean;
}

const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 10_000;

/** Reads `postmaster.pid`; nothing if the cluster is not running and was stopped in order. */
export async function readPostmasterStatus(
  clusterDir: string,
): Promise<PostmasterStatus | undefined> {
  const lines = (await readPidFile(clusterDir))?.split('\n');
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]) || undefined, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Ends a postmaster that outlived its server, and sees to it that what a killed one left behind
 * does not stop the next.
 *
 * @throws StartupError when it does not end.
 */
export async function clearLeftPostmaster(
  clusterDir: string,
  onStep: (line: string) => void,
): Promise<void> {
  const status = await readPostmasterStatus(clusterDir);
  if (status === undefined) return;
  const { pid } = status;
  if (await isPostmasterOf(pid, clusterDir)) {
    onStep(`PostgreSQL: stopping the one (pid ${pid}) that a killed server left running`);
    for (const [signal, patience] of [
      ['SIGINT', FAST_STOP_MS],
      ['SIGQUIT', IMMEDIATE_STOP_MS],
    ] as const) {
      signalTo(pid, signal);
      if (await ends(pid, clusterDir, patience)) return;
    }
    throw new StartupError(
      `PostgreSQL (pid ${pid}) still runs on ${clusterDir} and does not stop. End that process.`,
    );
  }
  await disownPidFile(clusterDir);
}

/** Wakes a frozen process as well: it could not answer the signal. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ends(pid: number, clusterDir: string, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    // Not our child, so there is no event to await.
    if (!(await isPostmasterOf(pid, clusterDir))) return true;
    await delay(25);
  }
  return false;
}

/**
 * The number in the file may belong to a stranger by now, or to a zombie that nobody reaps (a
 * container without an init): PostgreSQL would take either for a rival. We put in our own, which it
 * takes for stale, as we are its parent. Removing the file would also remove its guard against
 * backends that still hold the old shared memory.
 */
async function disownPidFile(clusterDir: string): Promise<void> {
  const lines = ((await readPidFile(clusterDir)) ?? '').split('\n');
  const { O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  // The folder is PostgreSQL's: a symlink there must not make root overwrite something else.
  const file = await open(pidPath(clusterDir), O_WRONLY | O_TRUNC | O_NOFOLLOW);
  try {
    await file.writeFile([process.pid, ...lines.slice(1)].join('\n'));
  } finally {
    await file.close();
  }
}

async function readPidFile(clusterDir: string): Promise<string | undefined> {
  try {
    return await readFile(pidPath(clusterDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function pidPath(clusterDir: string): string {
  return join(clusterDir, 'postmaster.pid');
}
