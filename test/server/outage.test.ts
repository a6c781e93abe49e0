import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/index.js';
import type { EmbeddedPostgres } from '../../src/database/index.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { guardedSchema } from '../support/guarded-schema.js';
import { freezePostgres, postmasterOf } from '../support/postgres-process.js';
import { startProxy } from '../support/proxy.js';
import { spawnServer } from '../support/process.js';
import { WITHIN_A_SECOND } from '../support/promised.js';
import { ADMIN } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const QUERY = '{ mySessions { current } me { id email } }';

/** The answer, and the milliseconds that it took. */
async function timed(
  url: string,
  query: string,
  token: string,
): Promise<Answer & { took: number }> {
  const started = performance.now();
  const answer = await ask(url, query, { token });
  return { ...answer, took: performance.now() - started };
}

async function expectOutage(url: string, { accessToken, user }: Tokens): Promise<void> {
  const both = await timed(url, QUERY, accessToken);
  expect(reasons(both)).toEqual(['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE']);
  expect(both.data).toEqual({ mySessions: null, me: expect.objectContaining({ id: user.id }) });
  expect(both.took).toBeLessThan(WITHIN_A_SECOND);
  const plain = await timed(url, '{ me { id email } }', accessToken);
  expect(plain.errors).toBeUndefined();
  expect(plain.took).toBeLessThan(500);
}

async function recovers(url: string, { accessToken: token }: Tokens): Promise<void> {
  let last: unknown;
  const isWell = async () => (last = (await ask(url, QUERY, { token })).errors) === undefined;
  await until(isWell, 15_000).catch((cause: unknown) => {
    throw new Error(`not recovered: ${JSON.stringify(last)}`, { cause });
  });
}

describe('the network to the database', () => {
  let server: ServerBehindProxy;
  let ada: Tokens;
  beforeAll(async () => {
    server = await startServerBehindProxy();
    ada = await register(server.url, 'ada@example.com', PASSWORD);
  });
  beforeEach(() => recovers(server.url, ada));
  afterAll(() => server.stop());

  it.each(['freeze', 'refuse'] as const)(
    'under "%s": critical fields refuse within a second, @auth goes on, all recovers by itself',
    async (outage) => {
      server.proxy[outage]();
      await expectOutage(server.url, ada);
      await expectOutage(server.url, ada);
      server.proxy.heal();
      await recovers(server.url, ada);
    },
  );

  it('after a cut of all connections, recovers by itself', async () => {
    server.proxy.cut();
    await recovers(server.url, ada);
  });

  it('frozen: 50 requests at once are all refused within a second', async () => {
    server.proxy.freeze();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => timed(server.url, QUERY, ada.accessToken)),
    );
    server.proxy.heal();
    for (const answer of answers) {
      expect(reasons(answer)).toEqual(['AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE']);
      expect(answer.took).toBeLessThan(WITHIN_A_SECOND);
    }
  });

  it('frozen: no resolver of a critical field runs', async () => {
    const proxy = await startProxy(server.database.url);
    const foreign = guardedSchema(proxy.url);
    const token = server.node.deps.accessTokens.verify(ada.accessToken);
    proxy.freeze();
    const { data, errors } = await foreign.ask('{ a { id } b { id } plain open }', token);
    expect(data).toEqual({ a: null, b: null, plain: 'plain', open: 'open' });
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual([
      'AUTH_CHECK_UNAVAILABLE',
      'AUTH_CHECK_UNAVAILABLE',
    ]);
    expect(foreign.runs).toEqual(['plain', 'open']);
    proxy.heal();
    await until(async () => (await foreign.ask('{ a { id } }', token)).errors === undefined);
    await foreign.close();
    await proxy.stop();
  });

  it('with every connection of the main pool taken, checks go on', async () => {
    const foreign = guardedSchema(server.database.url);
    const token = server.node.deps.accessTokens.verify(ada.accessToken);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const holding = Array.from({ length: 10 }, () => {
      let taken: () => void = () => undefined;
      const ready = new Promise<void>((resolve) => (taken = resolve));
      const done = foreign.database.transaction(async (trx) => {
        await trx.raw('SELECT 1');
        taken();
        await released;
      });
      return { ready, done };
    });
    await Promise.all(holding.map(({ ready }) => ready));
    const started = performance.now();
    const { data } = await foreign.ask('{ a { id } }', token);
    expect(data).toEqual({ a: { id: 'a' } });
    expect(performance.now() - started).toBeLessThan(5_000);
    release();
    await Promise.all(holding.map(({ done }) => done));
    await foreign.close();
  });
});

describe('a PostgreSQL of its own', () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'portcullis-outage-'));
    // What is killed must have kept what it acknowledged: the log-in, milliseconds before.
    postgres = await startEmbeddedPostgres({ dataDir });
  }, 60_000);
  afterAll(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('stopped by SIGSTOP, then killed with -9: refused within a second, recovered without a restart', async () => {
    const server = await spawnServer(postgres.url);
    const admin = await login(server.url, ADMIN.email, ADMIN.password);
    await recovers(server.url, admin);
    const refreshing = tryRefresh(server.url, admin.refreshToken);
    const thaw = await freezePostgres(dataDir);
    await expectOutage(server.url, admin);
    // Done before or not at all, for all that its client can tell: the token is still worth the same.
    expect(['', 'STORE_UNAVAILABLE/STORE_UNAVAILABLE']).toContain(reasons(await refreshing).join());
    thaw();
    await recovers(server.url, admin);
    await refresh(server.url, admin.refreshToken);

    process.kill(await postmasterOf(dataDir), 'SIGKILL');
    await recovers(server.url, admin).catch(async (cause: unknown) => {
      throw new Error(await readFile(join(dataDir, 'postgres.log'), 'utf8'), { cause });
    });
    expect(await server.stop()).toBe(0);
    // What is expected of a gate is no crash: nothing of a stack on its output.
    expect(server.output()).not.toMatch(/Unhandled|\n {4}at /);
  }, 60_000);
});
