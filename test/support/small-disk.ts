import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of its own, small enough to be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const mountArguments = (megabytes: number, path: string) => [
  ...['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`],
  ...['tmpfs', path],
];

/** `describe`, where we may mount. */
export const describeWithSmallDisk = ((): ((title: string, body: () => void) => void) => {
  const probe = spawnSync('unshare', ['--mount', 'mount', ...mountArguments(1, '/mnt')]);
  if (probe.status === 0) return describe;
  // Only the machine's owner can give that right, no package can: there is nothing that a run could install.
  return (title, body) => describe.skip(`${title} (skipped: no right to mount a disk)`, body);
})();

/** Mounts it. */
export async function makeSmallDisk(megabytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'portcullis-disk-'));
  await chmod(path, 0o755);
  await run('mount', mountArguments(megabytes, path));
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: async () => {
      const file = await open(ballast, 'a');
      try {
        for (const size of [1 << 20, 1 << 12]) {
          while (await appended(file, Buffer.alloc(size)));
        }
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    remove: async () => {
      await run('umount', ['--lazy', path]);
      await rmdir(path);
    },
  };
}

/** False when there is no room for it. */
async function appended(
  file: { appendFile(data: Buffer): Promise<void> },
  data: Buffer,
): Promise<boolean> {
  try {
    await file.appendFile(data);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return false;
  }
}
