import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { StartupError } from '../../errors/startup-error.js';

/** What lies where in a data folder. */
export interface DataFolder {
  root: string;
  cluster: string;
  password: string;
  log: string;
}

/** Only what an operator can do something about; the rest is a defect of ours. */
const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'a file stands in the way',
  EIO: 'the disk reports an error',
  ELOOP: 'a symlink stands in the way',
};

export function dataFolder(root: string): DataFolder {
  return {
    root,
    cluster: join(root, 'postgres'),
    password: join(root, 'postgres.password'),
    log: join(root, 'postgres.log'),
  };
}

/** Makes the folder if need be. Others, save the user that root drops to, get no way in. */
export async function makeDataFolder(root: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await mkdir(root, { recursive: true, mode }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    // What Node tells of a recursive mkdir on a read-only file system.
    throw new StartupError(`The data folder ${root} cannot be made: nothing can be written there.`);
  });
}

/** Runs a step on a data folder; failures that the operator can mend become a StartupError. */
export async function onDataFolder<T>(root: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    const reason = REASONS[code ?? ''];
    if (reason === undefined) throw error;
    const where = path === undefined || path === root ? '' : ` (at ${path})`;
    throw new StartupError(`The data folder ${root} cannot be used: ${reason}${where}.`, {
      cause: error,
    });
  }
}

/** Whether a user other than root may pass through every folder on the way to this one. */
export async function isReachable(
  path: string,
  { uid, gid }: { uid: number; gid: number },
): Promise<boolean> {
  const parent = dirname(path);
  if (parent === path) return true;
  const folder = await lstat(parent);
  const bit = folder.uid === uid ? 0o100 : folder.gid === gid ? 0o010 : 0o001;
  return (folder.mode & bit) !== 0 && isReachable(parent, { uid, gid });
}
