import { EventEmitter, once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import {
  findRunningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/database/embedded/index.js';
import { StartupError } from '../../../src/errors/startup-error.js';
import { cleanUp, newFolder, query, start } from './support.js';

afterEach(cleanUp);

async function newDataDir(): Promise<string> {
  return join(await newFolder(), 'data');
}

async function killPostmaster(dataDir: string): Promise<void> {
  const pidFile = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8');
  process.kill(Number.parseInt(pidFile, 10), 'SIGKILL');
}

async function queryOnceUp(url: string, sql: string): Promise<unknown[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const rows = await query(url, sql).catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return undefined;
    });
    if (rows !== undefined) return rows;
    await delay(50);
  }
}

describe('an embedded PostgreSQL', () => {
  it('a first start makes a UTF-8 database on the loopback interface, and a restart keeps its rows', async () => {
    const dataDir = await newDataDir();
    const steps: string[] = [];
    const first = await startEmbeddedPostgres({ dataDir, onStep: (line) => steps.push(line) });
    expect(new URL(first.url)).toMatchObject({
      protocol: 'postgres:',
      username: 'portcullis',
      hostname: '127.0.0.1',
      pathname: '/portcullis',
    });
    expect(
      await query(
        first.url,
        `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
              current_setting('listen_addresses') AS listen, current_setting('TimeZone') AS zone,
              current_setting('unix_socket_directories') AS sockets`,
      ),
    ).toEqual([{ fsync: 'on', encoding: 'UTF8', listen: '127.0.0.1', zone: 'UTC', sockets: '' }]);
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await first.stop();
    await first.stop();

    const second = await start({ dataDir, onStep: (line) => steps.push(line) });
    expect(await query(second.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await second.stop();
    await second.exited;
    expect(steps.filter((line) => line.includes('initialising'))).toHaveLength(1);
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
    expect(await readdir(dataDir)).not.toContain('server.lock');
  });

  it('a second start in the same folder is refused and leaves the first unharmed', async () => {
    const dataDir = await newDataDir();
    const first = await start({ dataDir, durable: false });
    await expect(start({ dataDir })).rejects.toEqual(
      new StartupError(
        `Another Portcullis (pid ${process.pid}) already runs on ${dataDir}. ` +
          'Stop it, or set DATA_DIR to another folder.',
      ),
    );
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  it('the URL of a running cluster is found from its folder, and not once it has stopped', async () => {
    const dataDir = await newDataDir();
    expect(await findRunningEmbeddedPostgres(dataDir)).toBeUndefined();
    const server = await start({ dataDir, durable: false });
    expect(await findRunningEmbeddedPostgres(dataDir)).toBe(server.url);
    await server.stop();
    expect(await findRunningEmbeddedPostgres(dataDir)).toBeUndefined();
  });

  it('PostgreSQL that dies by itself is started again at the same address, with its rows', async () => {
    const dataDir = await newDataDir();
    let settled = false;
    const server = await start({ dataDir });
    void server.exited.then(() => (settled = true));
    await query(server.url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await killPostmaster(dataDir);
    expect(await queryOnceUp(server.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    expect(settled).toBe(false);
    await server.stop();
    await server.exited;
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });

  it('stopping while PostgreSQL is started again leaves nothing running and frees the folder', async () => {
    const dataDir = await newDataDir();
    const died = new EventEmitter();
    const onStep = (line: string): boolean => line.includes('died') && died.emit('died');
    const server = await start({ dataDir, durable: false, onStep });
    await Promise.all([once(died, 'died'), killPostmaster(dataDir)]);
    await server.stop();
    await server.exited;
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
    expect(await readdir(dataDir)).not.toContain('server.lock');
  });

  it('a setting that PostgreSQL refuses is told with its own words, and the folder is freed', async () => {
    const dataDir = await newDataDir();
    await expect(
      start({
        dataDir,
        durable: false,
        settings: { shared_preload_libraries: 'absent' },
      }),
    ).rejects.toThrow(
      new StartupError(
        'PostgreSQL did not start: FATAL:  could not access file "absent": No such file or directory ' +
          `(its log: ${join(dataDir, 'postgres.log')})`,
      ),
    );
    expect(await readdir(dataDir)).not.toContain('server.lock');
  });

  it('a folder that cannot be opened refuses to start with one line that says why', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, '');
    await expect(start({ dataDir: join(file, 'data') })).rejects.toMatchObject({
      name: 'StartupError',
      message: `The data folder ${join(file, 'data')} cannot be used: a part of the path is not a folder.`,
    });
    const other = await newDataDir();
    await mkdir(join(other, 'postgres'), { recursive: true });
    await writeFile(join(other, 'postgres/PG_VERSION'), '17\n');
    await expect(start({ dataDir: other })).rejects.toThrow(
      `${join(other, 'postgres')} was made by PostgreSQL 17, and this Portcullis runs PostgreSQL 18.`,
    );
    await rm(join(other, 'postgres/PG_VERSION'));
    await writeFile(join(other, 'postgres/notes.txt'), '');
    await expect(start({ dataDir: other })).rejects.toThrow(
      `${join(other, 'postgres')} is not empty and holds no PostgreSQL cluster.`,
    );
    await rm(join(other, 'postgres/notes.txt'));
    await writeFile(join(other, 'postgres/PG_VERSION'), '18\n');
    await expect(start({ dataDir: other })).rejects.toThrow(
      `${join(other, 'postgres.password')} is missing`,
    );
  });
});
