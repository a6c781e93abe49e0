import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/index.js';
import type { EmbeddedPostgres } from '../../src/database/index.js';
import { ask, login, reasons, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { describeWithSmallDisk, makeSmallDisk } from '../support/small-disk.js';
import type { SmallDisk } from '../support/small-disk.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const EMAIL = 'ada@example.com';
const LONG = 120_000;
const DISK_FULL = '53100';
/** One row of this does not fit on a page that has others. */
const EVENT = `INSERT INTO audit_events (id, at, type, detail)
  VALUES (gen_random_uuid(), now(), 'filler', repeat(gen_random_uuid()::text, 200))`;

describeWithSmallDisk('a PostgreSQL whose disk is full', () => {
  let disk: SmallDisk;
  let postgres: EmbeddedPostgres;
  let pool: pg.Pool;
  let server: TestServer;
  let admin: Tokens;
  let ada: Tokens;
  beforeAll(async () => {
    disk = await makeSmallDisk(200);
    postgres = await startEmbeddedPostgres({
      dataDir: join(disk.path, 'data'),
      durable: false,
      // As many as there are: none is kept in reserve.
      settings: { synchronous_commit: 'on', min_wal_size: '32MB', max_wal_size: '32MB' },
    });
    pool = new pg.Pool({ connectionString: postgres.url });
    pool.on('error', () => undefined);
    server = await startTestServer({
      database: {
        url: postgres.url,
        name: 'portcullis',
        redisUrl: undefined,
        query: async <Row extends object>(text: string, values: unknown[] = []) =>
          (await pool.query<Row>(text, values)).rows,
        drop: () => Promise.resolve(),
      },
    });
    admin = await login(server.url, ADMIN.email, ADMIN.password);
    ada = await register(server.url, EMAIL, PASSWORD);
  }, LONG);
  afterEach(() => disk.free());
  afterAll(async () => {
    await disk.free();
    await server.stop();
    await pool.end();
    await postgres.stop();
    await disk.remove();
  }, LONG);

  const plain = () => ask(server.url, '{ me { id } }', { token: ada.accessToken });
  const critical = () => ask(server.url, '{ mySessions { id } }', { token: ada.accessToken });
  const revoke = (id: string) =>
    ask(server.url, `mutation { revokeSession(id: "${id}") { status } }`, {
      token: admin.accessToken,
    });
  const writes = (): Promise<Answer>[] => [
    tryLogin(server.url, EMAIL, PASSWORD),
    tryRefresh(server.url, ada.refreshToken),
    revoke(ada.session.id),
    ask(server.url, `mutation { logout(refreshToken: "${ada.refreshToken}") }`),
  ];
  const refusedForNow = {
    errors: [
      { extensions: { code: 'STORE_UNAVAILABLE', reason: 'STORE_UNAVAILABLE', retryable: true } },
    ],
  };
  /** Sends it until the database refuses it. Answers the SQLSTATE; none where the server has died. */
  const untilRefused = async (text: string): Promise<string | undefined> => {
    for (;;) {
      try {
        await pool.query(text);
      } catch (error) {
        return (error as { code?: string }).code;
      }
    }
  };

  it(
    'writes nothing and says so; reads and checks go on; with space again all is there and works',
    async () => {
      await disk.fill();
      expect(await untilRefused(EVENT)).toBe(DISK_FULL);
      for (const answer of await Promise.all(writes())) {
        expect(answer).toMatchObject(refusedForNow);
        expect(Object.values(answer.data ?? {})).toEqual([null]);
      }
      expect(reasons(await plain())).toEqual([]);
      expect(reasons(await critical())).toEqual([]);
      await disk.free();
      ada = await refresh(server.url, ada.refreshToken);
      expect(reasons(await critical())).toEqual([]);
      const other = await login(server.url, EMAIL, PASSWORD);
      expect(reasons(await revoke(other.session.id))).toEqual([]);
      expect(reasons(await tryRefresh(server.url, other.refreshToken))).toEqual([
        'REFRESH_REJECTED/SESSION_REVOKED',
      ]);
    },
    LONG,
  );

  it(
    'and dies of it, since it cannot write its log, is like any outage, and comes back with the space',
    async () => {
      const ended = await login(server.url, EMAIL, PASSWORD);
      expect(reasons(await revoke(ended.session.id))).toEqual([]);
      await disk.fill();
      await untilRefused(`SELECT pg_switch_wal(), pg_logical_emit_message(false, 'a', 'b')`);
      await until(
        async () => reasons(await critical())[0] === 'AUTH_CHECK_UNAVAILABLE/STORE_UNAVAILABLE',
      );
      expect(reasons(await plain())).toEqual([]);
      for (const answer of await Promise.all(writes())) {
        expect(reasons(answer)[0]).toMatch(/^(STORE|AUTH_CHECK)_UNAVAILABLE\/STORE_UNAVAILABLE$/);
      }
      await disk.free();
      await until(async () => (await critical()).errors === undefined, 60_000);
      expect(reasons(await tryRefresh(server.url, ended.refreshToken))).toEqual([
        'REFRESH_REJECTED/SESSION_REVOKED',
      ]);
      ada = await refresh(server.url, ada.refreshToken);
    },
    LONG,
  );
});

describeWithSmallDisk('a data folder on a full disk', () => {
  let disk: SmallDisk;
  beforeAll(async () => {
    disk = await makeSmallDisk(100);
  });
  afterAll(() => disk.remove());

  it(
    'is refused in one line that says so, by the first start and by a later one, which has its data still',
    async () => {
      const dataDir = join(disk.path, 'data');
      const start = () => startEmbeddedPostgres({ dataDir, durable: false });
      const inOneLine = { name: 'StartupError', message: expect.stringMatching(/^.*no space.*$/i) };
      await disk.fill();
      await expect(start()).rejects.toMatchObject(inOneLine);
      await disk.free();
      await (await start()).stop();
      await disk.fill();
      await expect(start()).rejects.toMatchObject(inOneLine);
      await disk.free();
      await (await start()).stop();
    },
    LONG,
  );
});
