import { ask, login, reasons, register } from '../support/client.js';
import { describeWith } from '../support/debian.js';
import { POSTGRES_15 } from '../support/postgres-15.js';
import { startReplicatedPair } from '../support/replicated-pair.js';
import type { ReplicatedPair } from '../support/replicated-pair.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { LONG, PASSWORD, primaryOf } from './support.js';

describeWith(POSTGRES_15)('a commit that waits for a synchronous standby in vain', () => {
  let pair: ReplicatedPair;
  let server: TestServer;
  beforeAll(async () => {
    pair = await startReplicatedPair({ synchronous: true });
    server = await startTestServer({ database: primaryOf(pair) });
  }, LONG);
  afterEach(() => pair.healReplication());
  afterAll(async () => {
    await server.stop();
    await pair.stop();
  }, LONG);

  const unavailable = {
    errors: [
      { extensions: { code: 'STORE_UNAVAILABLE', reason: 'STORE_UNAVAILABLE', retryable: true } },
    ],
  };

  it(
    'and is cancelled is not reported as done: the revocation may be lost with this server',
    async () => {
      const admin = await login(server.url, ADMIN.email, ADMIN.password);
      const { accessToken: token, session } = await register(
        server.url,
        'one@example.com',
        PASSWORD,
      );
      pair.cutReplication();
      const revoke = () =>
        ask(server.url, `mutation { revokeSession(id: "${session.id}") { id } }`, {
          token: admin.accessToken,
        });
      let answered = false;
      const revoking = revoke().finally(() => (answered = true));
      await until(async () => (await pair.waitingCommits()) > 0);
      expect(answered).toBe(false);
      expect(await pair.cancelCommits()).toBeGreaterThan(0);
      const answer = await revoking;
      expect(answer).toMatchObject(unavailable);
      expect(answer.data).toEqual({ revokeSession: null });
      // It holds here all the same, and a retry says so once the standby has it.
      await until(
        async () => reasons(await ask(server.url, '{ me { id } }', { token })).length > 0,
      );
      await pair.healReplication();
      expect(await revoke()).toMatchObject({ data: { revokeSession: { id: session.id } } });
    },
    LONG,
  );

  it(
    'and is cancelled is no log-out, however often it is asked for, until the standby has it',
    async () => {
      const { refreshToken } = await register(server.url, 'three@example.com', PASSWORD);
      const logOut = () => ask(server.url, `mutation { logout(refreshToken: "${refreshToken}") }`);
      pair.cutReplication();
      for (const _attempt of ['ends it here', 'finds it ended']) {
        const answer = logOut();
        await until(async () => (await pair.waitingCommits()) > 0);
        await pair.cancelCommits();
        expect(await answer).toMatchObject(unavailable);
      }
      await pair.healReplication();
      expect(await logOut()).toMatchObject({ data: { logout: true } });
    },
    LONG,
  );

  it(
    'until the bound of statements ends the wait is not reported as done either',
    async () => {
      const { accessToken: token } = await register(server.url, 'two@example.com', PASSWORD);
      pair.cutReplication();
      const answer = await ask(server.url, 'mutation { logoutEverywhere }', { token });
      expect(answer).toMatchObject(unavailable);
      expect(answer.data).toEqual({ logoutEverywhere: null });
    },
    LONG,
  );
});
