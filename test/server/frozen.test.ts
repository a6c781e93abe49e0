import { ask, login, reasons, register } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import { ADMIN, startTestServer } from '../support/server.js';
import { until } from '../support/until.js';

const PLAIN = '{ me { id } }';

it('a node that was frozen gives no first answer that is older than its bound', async () => {
  const database = await createTestDatabase();
  const other = await startTestServer({ database });
  const frozen = await spawnServer(database.url, { AUTH_MAX_STALE: '1s' });
  const admin = await login(other.url, ADMIN.email, ADMIN.password);
  const crowd = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      register(other.url, `user${n}@example.com`, 'a password of some length'),
    ),
  );
  const plain = (token: string) => ask(frozen.url, PLAIN, { token });
  for (const { accessToken } of crowd) expect(reasons(await plain(accessToken))).toEqual([]);

  frozen.child.kill('SIGSTOP');
  for (const { session } of crowd) {
    const revoke = `mutation { revokeSession(id: "${session.id}") { id } }`;
    expect((await ask(other.url, revoke, { token: admin.accessToken })).errors).toBeUndefined();
  }
  const revoked = performance.now();
  // They wait in its sockets, to be read before anything that the feed brings.
  const asked = crowd.map(({ accessToken }) => plain(accessToken));
  await until(() => performance.now() - revoked > 3_000);
  frozen.child.kill('SIGCONT');
  for (const answer of await Promise.all(asked)) {
    expect(reasons(answer)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
  }
  await frozen.stop();
  await other.stop();
  await database.drop();
}, 60_000);
