import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve as path } from 'node:path';
import { ask, login, reasons, tryLogin } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import { startProxy } from '../support/proxy.js';
import type { Proxy } from '../support/proxy.js';
import { ADMIN, SECRET, startTestServer } from '../support/server.js';
import { until } from '../support/until.js';

const BIN = path(__dirname, '../../bin/portcullis.js');

async function json(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

describe('a server whose database is away when it starts', () => {
  let database: TestDatabase;
  let proxy: Proxy;
  let dataDir: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await startProxy(database.url);
    dataDir = await mkdtemp(join(tmpdir(), 'portcullis-lifecycle-'));
  });
  beforeEach(() => proxy.refuse());
  afterAll(async () => {
    await proxy.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Started, and listening; it cannot be ready. */
  async function startWaiting() {
    const port = await freePort();
    const child = spawn(process.execPath, [BIN, 'start'], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        PORT: String(port),
        DATABASE_URL: proxy.url,
        DATA_DIR: dataDir,
        PORTCULLIS_SECRET: SECRET,
        PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
        PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const url = `http://127.0.0.1:${port}`;
    await until(() =>
      fetch(`${url}/healthz`).then(
        () => true,
        () => false,
      ),
    );
    return { url, child, exited, errors: () => errors };
  }

  it('lives, says why it is not ready, refuses in a way to try again, and becomes ready by itself', async () => {
    const { url, child, exited } = await startWaiting();
    expect(await json(`${url}/healthz`)).toEqual({ status: 200, body: { healthy: true } });
    await until(async () => JSON.stringify((await json(`${url}/readyz`)).body).includes('answer'));
    expect(await json(`${url}/readyz`)).toEqual({
      status: 503,
      body: { ready: false, phase: 'starting', reasons: ['the database does not answer'] },
    });
    expect(await tryLogin(url, ADMIN.email, ADMIN.password)).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }],
    });
    proxy.heal();
    await until(async () => (await json(`${url}/readyz`)).status === 200);
    await login(url, ADMIN.email, ADMIN.password);
    proxy.freeze();
    expect(await json(`${url}/readyz`)).toEqual({
      status: 503,
      body: { ready: false, phase: 'ready', reasons: ['the database does not answer'] },
    });
    proxy.heal();
    await until(async () => (await json(`${url}/readyz`)).status === 200);
    child.kill('SIGTERM');
    expect((await exited)[0]).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s while it waits', async (signal) => {
    const { child, exited, errors } = await startWaiting();
    child.kill(signal);
    expect((await exited)[0]).toBe(0);
    expect(errors()).not.toMatch(/Error|\n {4}at /);
  });
});

describe('a server that is told to stop', () => {
  it('answers what is in flight, and takes nothing new', async () => {
    const server = await startTestServer();
    const { deps } = server.node;
    // A login holds a request open for as long as its hash takes.
    let started: () => void = () => undefined;
    const hashing = new Promise<void>((resolve) => (started = resolve));
    const verify = deps.hasher.verify.bind(deps.hasher);
    jest.spyOn(deps.hasher, 'verify').mockImplementation((...args) => {
      started();
      return verify(...args);
    });
    const answering = tryLogin(server.url, ADMIN.email, ADMIN.password);
    await hashing;
    const told = performance.now();
    const stopping = server.stop();
    expect((await answering).data?.['login']).toMatchObject({ user: { email: ADMIN.email } });
    await stopping;
    // No kept-alive connection was waited for until it was cut.
    expect(performance.now() - told).toBeLessThan(8_000);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('as a process: exits with 0, twice told or once', async () => {
    const database = await createTestDatabase();
    const server = await spawnServer(database.url);
    server.child.kill('SIGTERM');
    expect(await server.stop('SIGTERM')).toBe(0);
    await database.drop();
  });
});

describe('the public keys', () => {
  it('are served without the private part', async () => {
    const server = await startTestServer();
    const response = await fetch(`${server.url}/.well-known/jwks.json`);
    expect(response.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        alg: 'ES256',
        use: 'sig',
        kid: expect.any(String),
        x: expect.any(String),
        y: expect.any(String),
      },
    ]);
    expect(reasons(await ask(server.url, '{ me { id } }'))).toEqual(['UNAUTHENTICATED/NO_TOKEN']);
    await server.stop();
  });
});

describe('a server whose database is gone without a word', () => {
  it.each(['freeze', 'blackHole'] as const)(
    'ends when it is told to stop, and not when the network gives up (%s)',
    async (way) => {
      const database = await createTestDatabase();
      const proxy = await startProxy(database.url);
      const server = await spawnServer(proxy.url);
      const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
      expect(reasons(await ask(server.url, '{ mySessions { id } }', { token }))).toEqual([]);
      proxy[way]();
      const killer = setTimeout(() => server.child.kill('SIGKILL'), 30_000);
      expect(await server.stop('SIGTERM')).toBe(0);
      clearTimeout(killer);
      await proxy.stop();
      await database.drop();
    },
    60_000,
  );
});

it('a request that arrives while the server stops is refused in the words of the contract', async () => {
  const server = await startTestServer();
  const { hostname, port } = new URL(server.url);
  const open = connect(Number(port), hostname);
  let answer = '';
  open.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  const body = '{"query":"{ me { id } }"}';
  // Half of it now, so that its connection is not idle.
  open.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n');
  const another = () =>
    fetch(`${server.url}/healthz`).then(
      () => true,
      () => false,
    );
  await until(another);
  const stopped = server.stop();
  await until(async () => !(await another()));
  open.write(`content-length: ${body.length}\r\n\r\n${body}`);
  await stopped;
  expect(answer).toMatch(/^HTTP\/1.1 503 /);
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({
    errors: [
      {
        message: expect.any(String),
        extensions: { code: 'STORE_UNAVAILABLE', reason: 'STORE_UNAVAILABLE', retryable: true },
      },
    ],
  });
});
