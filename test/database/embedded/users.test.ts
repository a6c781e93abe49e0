import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { clusterArgument } from '../../../src/database/embedded/cluster-location.js';
import { installedPostgres } from '../../../src/database/embedded/platform.js';
import {
  cleanUp,
  isRoot,
  killServers,
  NOBODY,
  newFolder,
  packageWithoutLinks,
  query,
  start,
  startServer,
  itAsRoot,
} from './support.js';

afterEach(cleanUp);

const plainUser: { uid?: number; gid?: number } = isRoot ? NOBODY : {};

/** A data folder that belongs to the plain user. */
async function plainUsersDataDir(): Promise<string> {
  const dataDir = join(await newFolder(), 'data');
  await mkdir(dataDir);
  if (isRoot) await chown(dataDir, NOBODY.uid, NOBODY.gid);
  return dataDir;
}

describe('the user that runs the embedded PostgreSQL', () => {
  it('library links that a blocked install script did not make are made at start-up', async () => {
    const native = await packageWithoutLinks(await installedPostgres());
    await chmod(join(native.dir, 'bin/postgres'), 0o644);
    const dataDir = join(await newFolder(), 'data');
    const steps: string[] = [];
    const onStep = (line: string): number => steps.push(line);
    const server = await start({ dataDir, native, durable: false, onStep });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect((await lstat(join(native.dir, 'lib/libicuuc.so.60'))).isSymbolicLink()).toBe(true);
    expect(steps.join()).not.toContain('copy');
  });

  it('a plain user who cannot write to the package runs a copy from the data folder', async () => {
    const native = await packageWithoutLinks(await installedPostgres());
    if (!isRoot) await chmod(join(native.dir, 'lib'), 0o555);
    const dataDir = await plainUsersDataDir();
    const server = await startServer({ dataDir, native, durable: false }, plainUser);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(server.steps).toContain(`PostgreSQL: running from a copy in ${dataDir}`);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(plainUser.uid ?? process.getuid?.());
    await chmod(join(native.dir, 'lib'), 0o755);
  });

  itAsRoot('a cluster of another user is refused to a plain user', async () => {
    const native = await installedPostgres();
    const dataDir = join(await newFolder(), 'data');
    await (await start({ dataDir, native, durable: false })).stop();
    await chown(dataDir, NOBODY.uid, NOBODY.gid);
    const { uid } = await stat(join(dataDir, 'postgres'));
    await expect(startServer({ dataDir, native }, NOBODY)).rejects.toThrow(
      `StartupError: ${join(dataDir, 'postgres')} belongs to the user with uid ${uid}. ` +
        'Start Portcullis as that user or as root, or set DATA_DIR to another folder.',
    );
  });

  itAsRoot('root drops to the user who owns the cluster', async () => {
    const native = await packageWithoutLinks(await installedPostgres());
    const dataDir = await plainUsersDataDir();
    await startServer({ dataDir, native, durable: false }, NOBODY);
    await killServers();
    const server = await start({
      dataDir,
      native: await installedPostgres(),
      durable: false,
    });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await stat(join(dataDir, 'postgres/postmaster.pid'))).uid).toBe(NOBODY.uid);
    await server.stop();
  });

  itAsRoot(
    'as root, binaries and data in a folder that only root can enter still run',
    async () => {
      const native = await packageWithoutLinks(await installedPostgres());
      const barred = join(native.dir, '..');
      await chmod(barred, 0o700);
      const sharedDir = await mkdtemp('/var/lib/portcullis-test-');
      await chmod(sharedDir, 0o755);
      try {
        const steps: string[] = [];
        const request = { dataDir: join(barred, 'data'), native, sharedDir, durable: false };
        const server = await start({ ...request, onStep: (line) => steps.push(line) });
        expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        expect(steps).toContain(`PostgreSQL: running from a copy in ${sharedDir}`);
        expect((await stat(join(barred, 'data/postgres'))).uid).not.toBe(0);
        await server.stop();
        expect(await readdir(sharedDir)).toEqual([`postgresql-${native.version}`]);
      } finally {
        await rm(sharedDir, { recursive: true });
      }
    },
  );

  itAsRoot('root takes no program from a folder that others can write to', async () => {
    const native = await packageWithoutLinks(await installedPostgres());
    const barred = join(native.dir, '..');
    await chmod(barred, 0o700);
    const sharedDir = await newFolder();
    await chmod(sharedDir, 0o777);
    const steps: string[] = [];
    const request = { dataDir: join(barred, 'data'), native, sharedDir, durable: false };
    const server = await start({ ...request, onStep: (line) => steps.push(line) });
    const copy = /running from a copy in (.+)/.exec(steps.join('\n'))?.[1] ?? '';
    expect(await readdir(sharedDir)).toEqual([]);
    expect(await stat(copy)).toMatchObject({ uid: 0 });
    await server.stop();
    await expect(stat(copy)).rejects.toThrow('ENOENT');
  });

  it('without /proc, a user whom the folders above bar is told of DATABASE_URL', async () => {
    const barred = await newFolder();
    await chmod(barred, 0o700);
    const runner = { name: 'another', uid: 65_533, gid: 65_533 };
    const cluster = join(barred, 'postgres');
    await expect(clusterArgument(cluster, runner, false)).rejects.toThrow('DATABASE_URL');
    expect(await clusterArgument(cluster, runner, true)).toBe('/proc/self/cwd');
    await chmod(barred, 0o755);
    expect(await clusterArgument(cluster, runner, false)).toBe(cluster);
  });
});
