import { readFile, readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { run } from './run.js';

const hasProc = process.platform === 'linux';

/** Start time of a process that lives but tells us nothing about itself. */
const UNKNOWN = 'unknown';

/** When a process started, in a form fit only for comparison; nothing if it does not live. */
export async function processStart(pid: number): Promise<string | undefined> {
  if (!isSignalable(pid)) return undefined;
  if (!hasProc) {
    const { code, output } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return code === 0 ? output.trim() : UNKNOWN;
  }
  try {
    const fields = afterCommandName(await readFile(`/proc/${pid}/stat`, 'utf8'));
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    // Ticks since boot repeat after a reboot; the boot id does not.
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()}:${fields[19] ?? UNKNOWN}`;
  } catch {
    return isSignalable(pid) ? UNKNOWN : undefined;
  }
}

/** Whether the process that had `start` is still alive, and is not another with its number. */
export async function isSameProcess(pid: number, start: string): Promise<boolean> {
  const now = await processStart(pid);
  return now !== undefined && (now === start || now === UNKNOWN || start === UNKNOWN);
}

/** Whether `pid` is a live postmaster of the cluster in this folder. */
export async function isPostmasterOf(pid: number, clusterDir: string): Promise<boolean> {
  if ((await processStart(pid)) === undefined) return false;
  if (!hasProc) {
    const { output } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    return /postgres\b/.test(output) && output.includes(clusterDir);
  }
  try {
    const [exe, cwd, cluster, owner] = await Promise.all([
      readlink(`/proc/${pid}/exe`),
      stat(`/proc/${pid}/cwd`),
      stat(clusterDir),
      stat(`/proc/${pid}`),
    ]);
    // The link ends in " (deleted)" once the package was installed anew under a live server.
    const isPostgres = basename(exe.replace(/ \(deleted\)$/, '')) === 'postgres';
    // postmaster.pid is the cluster user's to write: it must not aim our signals at others.
    return (
      isPostgres && cwd.ino === cluster.ino && cwd.dev === cluster.dev && owner.uid === cluster.uid
    );
  } catch {
    return false;
  }
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command name is in parentheses and may itself hold spaces and parentheses. */
function afterCommandName(line: string): string[] {
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
