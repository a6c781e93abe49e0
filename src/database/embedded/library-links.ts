import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The programs we start; the package's `pg_ctl` is of no use to us. */
export const PROGRAMS = ['initdb', 'postgres'] as const;

const CANNOT_WRITE = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * Makes what the package's install script makes, and what is lost where install scripts are
 * blocked: the symlinks between its libraries, and executable programs. Safe to repeat, and to do
 * from two processes at once. Answers false where we may not write.
 */
export async function completePackage(nativeDir: string): Promise<boolean> {
  try {
    await makeLibraryLinks(nativeDir);
    for (const program of PROGRAMS) {
      const path = join(nativeDir, 'bin', program);
      if (((await stat(path)).mode & 0o111) !== 0o111) await chmod(path, 0o755);
    }
    return true;
  } catch (error) {
    if (CANNOT_WRITE.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Makes the symlinks that `listedIn` lists inside `nativeDir`. */
export async function makeLibraryLinks(nativeDir: string, listedIn = nativeDir): Promise<void> {
  const list = JSON.parse(await readFile(join(listedIn, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(nativeDir, 'lib', basename(target));
    if (await exists(link)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
