import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunningEmbeddedPostgres } from '../../src/database/index.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { answerOf, portcullis, spawnPortcullis, spawned } from './support.js';

const MIGRATIONS = join(__dirname, '../../migrations');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('portcullis migrate', () => {
  it('names what it applied, and is content to find nothing to do', async () => {
    const env = { DATABASE_URL: database.url };
    const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort();
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    const applied = names.map((name) => `Applied ${name}\n`).join('');
    expect(await portcullis(['migrate'], env)).toEqual({ code: 0, stdout: applied, stderr: '' });
    expect(await portcullis(['migrate'], env)).toMatchObject({ code: 0, stdout: 'Up to date.\n' });
    expect(answerOf(await portcullis(['migrate', '--json'], env))).toEqual({ applied: [] });
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    expect(answerOf(await portcullis(['migrate', '--json'], env))).toEqual({ applied: names });
  });
});

describe('a database that cannot be used', () => {
  const at = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return portcullis(['user', 'list'], { DATABASE_URL: url.href });
  };

  it('that does not answer is told in one line', async () => {
    const ended = await at((url) => (url.port = '1'));
    expect(ended).toEqual({ code: 1, stdout: '', stderr: 'The database does not answer.\n' });
  });

  it('of another name is told in one line', async () => {
    const ended = await at((url) => (url.pathname = '/elsewhere'));
    const stderr = 'PostgreSQL at DATABASE_URL has no database of that name.\n';
    expect(ended).toEqual({ code: 1, stdout: '', stderr });
  });
});

describe('a reader that goes away', () => {
  it('is no failure', async () => {
    const child = spawnPortcullis(['policy', '--json'], {});
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(said.replace(/^Building Portcullis…\n/, '')).toBe('');
  });
});

describe('without DATABASE_URL', () => {
  let dataDir: string;
  let server: ReturnType<typeof spawnPortcullis> | undefined;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'portcullis-cli-'));
  });
  afterAll(async () => {
    if (server?.exitCode === null && server.kill()) await once(server, 'exit');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('a command starts the embedded PostgreSQL for itself, and stops it', async () => {
    const env = { DATA_DIR: dataDir };
    const add = ['user', 'add', '--email', 'ada@example.com', '--json'];
    expect(answerOf(await spawned(add, env))['email']).toBe('ada@example.com');
    expect(await findRunningEmbeddedPostgres(dataDir)).toBeUndefined();
    expect(answerOf(await spawned(['user', 'list', '--json'], env))).toHaveLength(1);
  });

  it('a command joins a server that runs there, and leaves it running', async () => {
    const env = { DATA_DIR: dataDir, PORT: '0' };
    const running = (server = spawnPortcullis(['start'], env));
    let output = '';
    await new Promise<void>((ready, failed) => {
      running.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Ready.')) ready();
      });
      running.on('exit', () => failed(new Error(output)));
    });
    expect(answerOf(await spawned(['user', 'list', '--json'], env))).toHaveLength(1);
    const [, url] = /Health {3}(\S+)\/healthz/.exec(output)!;
    expect((await fetch(`${url!}/readyz`)).status).toBe(200);
    running.kill('SIGTERM');
    expect(await once(running, 'close')).toEqual([0, null]);
    expect(output).toMatch(/SIGTERM: stopping\n(.*\n)*Stopped\.\n$/);
  });
});
