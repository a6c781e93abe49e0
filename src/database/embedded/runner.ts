import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { StartupError } from '../../errors/startup-error.js';
import { useYourOwn } from './platform.js';
import { run, type Runner } from './run.js';

const SYSTEM_USER = 'portcullis';
const FALLBACK_USER = 'nobody';

/** @throws StartupError when the cluster is another user's and we are not root. */
export async function refuseForeignCluster(clusterDir: string): Promise<void> {
  const uid = process.getuid?.();
  const owner = await ownerOf(clusterDir);
  if (uid === 0 || owner === undefined || owner.uid === uid) return;
  throw new StartupError(
    `${clusterDir} belongs to the user with uid ${owner.uid}. ` +
      'Start Portcullis as that user or as root, or set DATA_DIR to another folder.',
  );
}

/**
 * Chooses the user that PostgreSQL runs as: ourselves (`undefined`), or, as it refuses to run as
 * root, the owner of the cluster, or else a system user of its own.
 */
export async function chooseRunner(
  clusterDir: string,
  onStep: (line: string) => void,
): Promise<Runner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await ownerOf(clusterDir);
  if (owner !== undefined && owner.uid !== 0) return runnerOf(owner);
  const runner = await systemUser(onStep);
  if (owner !== undefined) await giveAway(clusterDir, runner);
  return runner;
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await lstat(path);
    return { uid, gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function runnerOf({ uid, gid }: { uid: number; gid: number }): Promise<Runner> {
  const primary = await idNumber('-g', String(uid));
  const { code, output } = await run('id', ['-un', String(uid)]);
  // Root's group opens files that PostgreSQL has no business with.
  return {
    name: code === 0 ? output.trim() : `uid ${uid}`,
    uid,
    gid: primary ?? (gid === 0 ? uid : gid),
  };
}

async function systemUser(onStep: (line: string) => void): Promise<Runner> {
  const existing = await lookUp(SYSTEM_USER);
  if (existing !== undefined) return existing;
  const made = await run('useradd', [
    ...['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'],
    ...['--shell', '/usr/sbin/nologin', SYSTEM_USER],
  ]);
  // Looked up even after a failure: another start may have made it in between.
  const created = await lookUp(SYSTEM_USER);
  if (created !== undefined) {
    if (made.code === 0) onStep(`PostgreSQL: made the system user ${SYSTEM_USER} to run as`);
    return created;
  }
  const fallback = await lookUp(FALLBACK_USER);
  if (fallback !== undefined) {
    onStep(
      `PostgreSQL: cannot make the system user ${SYSTEM_USER} (${made.output.trim()}); ` +
        `running as ${FALLBACK_USER}`,
    );
    return fallback;
  }
  throw new StartupError(
    `PostgreSQL refuses to run as root, and no user ${SYSTEM_USER} could be made ` +
      `(${made.output.trim()}). Start Portcullis as a plain user. Or: ${useYourOwn}`,
  );
}

async function lookUp(name: string): Promise<Runner | undefined> {
  const [uid, gid] = await Promise.all([idNumber('-u', name), idNumber('-g', name)]);
  return uid === undefined || uid === 0 || gid === undefined ? undefined : { name, uid, gid };
}

async function idNumber(flag: '-u' | '-g', user: string): Promise<number | undefined> {
  const { code, output } = await run('id', [flag, user]);
  return code === 0 ? Number.parseInt(output, 10) : undefined;
}

/** A cluster that root owns was restored or copied by root: it never ran that way. */
async function giveAway(path: string, runner: Runner): Promise<void> {
  await lchown(path, runner.uid, runner.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const entry of await readdir(path)) await giveAway(join(path, entry), runner);
}
