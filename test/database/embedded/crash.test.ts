import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { installedPostgres } from '../../../src/database/embedded/platform.js';
import { isPostmasterOf } from '../../../src/database/embedded/process-identity.js';
import { run } from '../../../src/database/embedded/run.js';
import {
  cleanUp,
  killDuringInitialisation,
  killServer,
  newFolder,
  query,
  start,
  startServer,
  stranger,
  zombie,
} from './support.js';

afterEach(cleanUp);

interface Owner {
  uid: number;
  gid: number;
}

async function postmasterPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
}

describe('an embedded PostgreSQL after a crash', () => {
  it('a committed row survives kill -9 of the server, whose PostgreSQL the next start ends', async () => {
    const dataDir = join(await newFolder(), 'data');
    const server = await startServer({ dataDir, native: await installedPostgres() });
    await query(server.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    const orphan = await postmasterPid(dataDir);
    await killServer(server.child);
    expect(await isPostmasterOf(orphan, join(dataDir, 'postgres'))).toBe(true);

    const steps: string[] = [];
    const next = await start({ dataDir, onStep: (line) => steps.push(line) });
    expect(await query(next.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    expect(await isPostmasterOf(orphan, join(dataDir, 'postgres'))).toBe(false);
    expect(steps[0]).toBe(
      `PostgreSQL: stopping the one (pid ${orphan}) that a killed server left running`,
    );
    await next.stop();
  });

  it('a start that was killed while it initialised does not hinder the next', async () => {
    const dataDir = join(await newFolder(), 'data');
    await killDuringInitialisation({ dataDir, native: await installedPostgres(), durable: false });
    const server = await start({ dataDir, durable: false });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    const left = await readdir(dataDir);
    expect(left.sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  it.each([
    ['stranger', async (user: Owner) => Number((await stranger(user)).pid)],
    ['zombie', zombie],
  ])(
    'after kill -9 of everything, a postmaster.pid with the number of a %s stops nothing',
    async (_, make) => {
      const dataDir = join(await newFolder(), 'data');
      const server = await startServer({ dataDir, native: await installedPostgres() });
      await query(server.url, 'CREATE TABLE kept AS SELECT 7 AS number');
      await killServer(server.child);
      const cluster = join(dataDir, 'postgres');
      const orphan = await postmasterPid(dataDir);
      process.kill(orphan, 'SIGKILL');
      const { uid, gid } = await stat(cluster);
      // Of the cluster's own user: PostgreSQL itself sees through any other.
      const innocent = await make({ uid, gid });
      const pidFile = join(cluster, 'postmaster.pid');
      const left = await readFile(pidFile, 'utf8');
      await writeFile(pidFile, left.replace(/^\d+/, String(innocent)));

      const next = await start({ dataDir });
      expect(await query(next.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
      // Signal 0 throws if nobody has that number any more.
      expect(process.kill(innocent, 0)).toBe(true);
      await next.stop();
    },
  );

  it('a frozen PostgreSQL is woken and stops in order', async () => {
    const dataDir = join(await newFolder(), 'data');
    const server = await start({ dataDir, durable: false });
    process.kill(await postmasterPid(dataDir), 'SIGSTOP');
    await server.stop();
    await server.exited;
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
    expect(log.trimEnd().endsWith('database system is shut down')).toBe(true);
  });

  it('Ctrl-C in the terminal does not reach PostgreSQL', async () => {
    const dataDir = join(await newFolder(), 'data');
    const server = await startServer({
      dataDir,
      native: await installedPostgres(),
      durable: false,
    });
    const exit = once(server.child, 'exit');
    server.child.kill('SIGINT');
    await exit;
    const pid = await postmasterPid(dataDir);
    const { output } = await run('ps', ['-o', 'pgid=', '-p', String(pid)]);
    expect(Number(output)).toBe(pid);
  });
});
