import jsonwebtoken from 'jsonwebtoken';
import { ask, login, reasons } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let one: TestServer;
let two: TestServer;
beforeAll(async () => {
  one = await startTestServer();
  two = await startTestServer({ database: one.database });
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

it('what a stolen key signs fails every check once the key is gone, on a node that has not heard too', async () => {
  const admin = await login(one.url, ADMIN.email, ADMIN.password);
  const { header } = jsonwebtoken.decode(admin.accessToken, { complete: true })!;
  const stolen = one.node.deps.keys.ring.find(header.kid!)!;
  // This node learns of no key any more; the other one does not wait for it.
  jest.spyOn(two.node.deps.keys, 'notice').mockReturnValue(undefined);
  jest.spyOn(one.node.deps.nodes, 'knowKeys').mockResolvedValue(true);
  const rotate = 'mutation { rotateSigningKey(revokeIssued: true) { kid } }';
  expect((await ask(one.url, rotate, { token: admin.accessToken })).errors).toBeUndefined();

  // The thief has a session of their own, so the epochs and the session are as they should be.
  const { accessToken } = await login(one.url, ADMIN.email, ADMIN.password);
  const claims = jsonwebtoken.decode(accessToken) as object;
  const forged = jsonwebtoken.sign({ ...claims, scope: 'admin' }, stolen.privateKey, {
    algorithm: 'ES256',
    header: { alg: 'ES256', typ: 'at+jwt', kid: stolen.kid },
  });
  const { data } = await ask(two.url, '{ me { email } }', { token: forged });
  expect(data).toEqual({ me: { email: ADMIN.email } });
  const critical = await ask(two.url, '{ mySessions { id } }', { token: forged });
  expect([critical.data, reasons(critical)]).toEqual([
    { mySessions: null },
    ['UNAUTHENTICATED/SESSION_REVOKED'],
  ]);
  const revoke = 'mutation { logoutEverywhere }';
  expect(reasons(await ask(two.url, revoke, { token: forged }))).toEqual([
    'UNAUTHENTICATED/SESSION_REVOKED',
  ]);
  // Whose session it names is not put out by it.
  expect(
    (await ask(one.url, '{ mySessions { id } }', { token: accessToken })).errors,
  ).toBeUndefined();
});
