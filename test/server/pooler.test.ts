import pg from 'pg';
import { ask, login, reasons, refresh, register } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { describeWith } from '../support/debian.js';
import { PGBOUNCER, startPgBouncer } from '../support/pgbouncer.js';
import type { PgBouncer } from '../support/pgbouncer.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const CRITICAL = '{ mySessions { current } }';
const PLAIN = '{ me { id } }';

describeWith(PGBOUNCER)('two nodes behind a pooler of transactions', () => {
  describe.each([
    ['that refuses our start-up parameters', { ignore_startup_parameters: '' }],
    ['that ignores our start-up parameters', {}],
  ])('%s', (_which, settings) => {
    let database: TestDatabase;
    let pooler: PgBouncer;
    let nodes: [TestServer, TestServer];
    beforeAll(async () => {
      database = await createTestDatabase();
      pooler = await startPgBouncer(database.url, { mode: 'transaction', poolSize: 3, settings });
      const behind = { ...database, url: pooler.url };
      nodes = [
        await startTestServer({ database: behind }),
        await startTestServer({ database: behind }),
      ];
    }, 60_000);
    afterAll(async () => {
      for (const node of nodes) await node.stop();
      await pooler.stop();
      await database.drop();
    });

    it('are ready, and warn that they hear of revocations by looking alone', async () => {
      for (const { url, log } of nodes) {
        expect((await fetch(`${url}/readyz`)).status).toBe(200);
        await until(() => log().includes('NOTIFY does not arrive here'));
        expect(log()).not.toMatch(/unsupported startup parameter|feed of revocations is lost/);
      }
    });

    it('serve log-in, refresh and checks, on whatever connection these meet', async () => {
      await register(nodes[0].url, 'ada@example.com', PASSWORD);
      const rounds = Array.from({ length: 20 }, async (_round, n) => {
        const { url } = nodes[n % 2]!;
        const { refreshToken } = await login(url, 'ada@example.com', PASSWORD);
        const { accessToken: token } = await refresh(url, refreshToken);
        for (let check = 0; check < 5; check += 1) {
          expect(reasons(await ask(url, CRITICAL, { token }))).toEqual([]);
        }
      });
      await Promise.all(rounds);
    });

    it('hear of a revocation on the other within the interval of looks and its time-out', async () => {
      const admin = await login(nodes[0].url, ADMIN.email, ADMIN.password);
      const { accessToken: token, session } = await register(
        nodes[1].url,
        'eve@example.com',
        PASSWORD,
      );
      expect(reasons(await ask(nodes[1].url, PLAIN, { token }))).toEqual([]);
      await ask(nodes[0].url, `mutation { revokeSession(id: "${session.id}") { id } }`, {
        token: admin.accessToken,
      });
      const revoked = performance.now();
      const plain = () => ask(nodes[1].url, PLAIN, { token });
      await until(async () => reasons(await plain())[0] === 'UNAUTHENTICATED/SESSION_REVOKED');
      expect(performance.now() - revoked).toBeLessThan(2_500);
    });

    it('do others no harm who share the pooler', async () => {
      const other = new pg.Client({ connectionString: pooler.url });
      await other.connect();
      for (let round = 0; round < 20; round += 1) {
        await database.query("SELECT pg_notify('portcullis', '')");
        expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      }
      await other.end();
    });
  });
});
