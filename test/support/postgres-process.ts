import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The main process of the embedded PostgreSQL in this folder. */
export async function postmasterOf(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/**
 * Freezes PostgreSQL with SIGSTOP, its main process first, so that it can make no more children.
 * Answers how to thaw exactly what froze.
 */
export async function freezePostgres(dataDir: string): Promise<() => void> {
  return freezeFamily(await postmasterOf(dataDir));
}

/** The same for the PostgreSQL with this main process. */
export async function freezeFamily(parent: number): Promise<() => void> {
  process.kill(parent, 'SIGSTOP');
  const frozen = [parent];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (stat.split(') ')[1]?.split(' ')[1] !== String(parent)) continue;
    if (signal(Number(name), 'SIGSTOP')) frozen.push(Number(name));
  }
  return () => {
    for (const pid of frozen) signal(pid, 'SIGCONT');
  };
}

/** False when the process has ended. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}
