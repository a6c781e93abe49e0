import { randomBytes } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { makeLibraryLinks, PROGRAMS } from './library-links.js';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Copies the binaries to `target`, or keeps a copy that is there, complete and ours alone. The
 * copy appears in one step, so that no two starts see each other's half.
 */
export async function copyBinaries(nativeDir: string, target: string): Promise<void> {
  if (await isOurCompleteCopy(nativeDir, target)) return;
  const staging = `${target}.new-${randomBytes(6).toString('hex')}`;
  try {
    await fill(nativeDir, staging);
    await replace(staging, target);
  } catch (error) {
    // Another start may have put its own copy there first.
    if (!(await isOurCompleteCopy(nativeDir, target))) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Whether only root can put things at this path: nobody else may plant programs for us to run. A
 * sticky folder such as /tmp will do as a parent of a fresh folder of ours.
 */
export async function onlyRootCanWrite(path: string, allowSticky = false): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true || found.uid !== 0) return false;
  const open = (found.mode & WRITABLE_BY_OTHERS) !== 0;
  if (open && !(allowSticky && (found.mode & STICKY) !== 0)) return false;
  return dirname(path) === path || onlyRootCanWrite(dirname(path), allowSticky);
}

async function fill(nativeDir: string, staging: string): Promise<void> {
  await makeDir(staging);
  for (const { path, directory } of await partsOf(nativeDir)) {
    const to = join(staging, path);
    if (directory) {
      await makeDir(to);
    } else {
      await copyFile(join(nativeDir, path), to);
      await chmod(to, path.startsWith('bin') ? 0o755 : 0o644);
    }
  }
  await makeLibraryLinks(staging, nativeDir);
}

async function makeDir(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 });
  await chmod(path, 0o755);
}

async function replace(staging: string, target: string): Promise<void> {
  const old = `${staging}.old`;
  await rename(target, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staging, target);
  await rm(old, { recursive: true, force: true });
}

async function isOurCompleteCopy(nativeDir: string, target: string): Promise<boolean> {
  const found = await lstat(target).catch(() => undefined);
  if (found?.isDirectory() !== true || !isOurs(found)) return false;
  for (const { path, directory, size } of await partsOf(nativeDir)) {
    const copy = await lstat(join(target, path)).catch(() => undefined);
    if (copy === undefined || !isOurs(copy)) return false;
    if (directory ? !copy.isDirectory() : !copy.isFile() || copy.size !== size) return false;
  }
  for (const entry of await readdir(join(target, 'lib'), { withFileTypes: true })) {
    const outside =
      entry.isSymbolicLink() && (await readlink(join(target, 'lib', entry.name))).includes('/');
    if (outside) return false;
  }
  await makeLibraryLinks(target, nativeDir);
  return true;
}

function isOurs({ uid, mode }: { uid: number; mode: number }): boolean {
  return uid === process.getuid?.() && (mode & WRITABLE_BY_OTHERS) === 0;
}

interface Part {
  path: string;
  directory: boolean;
  size: number;
}

/** What PostgreSQL needs to run, folders before their content. Half of the package is for compilers. */
async function partsOf(nativeDir: string): Promise<Part[]> {
  const parts: Part[] = [];
  const walk = async (path: string): Promise<void> => {
    const { size } = await lstat(join(nativeDir, path));
    parts.push({ path, directory: true, size });
    for (const entry of await readdir(join(nativeDir, path), { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) await walk(child);
      else if (entry.isFile() && isNeeded(child)) {
        parts.push({
          path: child,
          directory: false,
          size: (await lstat(join(nativeDir, child))).size,
        });
      }
    }
  };
  for (const top of ['bin', 'lib', 'share']) await walk(top);
  return parts;
}

function isNeeded(path: string): boolean {
  if (path.startsWith('bin')) return PROGRAMS.some((name) => path === join('bin', name));
  return !path.endsWith('.a') && !path.endsWith('.pc');
}
