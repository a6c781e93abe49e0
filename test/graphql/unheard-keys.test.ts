import jsonwebtoken from 'jsonwebtoken';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, login, reasons } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { startDeafNode } from '../support/deaf-node.js';
import { ADMIN } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const CRITICAL = '{ mySessions { id } }';
const LOGOUT = 'mutation { logout }';

let one: TestServer;
let two: ServerBehindProxy;
let stop: () => Promise<void>;
beforeEach(async () => {
  ({ one, two, stop } = await startDeafNode());
});
afterEach(() => stop());

const admin = () => login(one.url, ADMIN.email, ADMIN.password);

/** Every key is replaced by a new one, which is left to the caller to use. */
async function replaceKeys(): Promise<Tokens> {
  const { accessToken: token } = await admin();
  const rotate = 'mutation { rotateSigningKey(revokeIssued: true) { kid } }';
  expect((await ask(one.url, rotate, { token })).errors).toBeUndefined();
  return admin();
}

describe('a node that has not heard of the end of a key', () => {
  it('refuses what the key signs at every check all the same', async () => {
    const { header } = jsonwebtoken.decode((await admin()).accessToken, { complete: true })!;
    const stolen = one.node.deps.keys.ring.find(header.kid!)!;
    // The thief has a session of their own, so the epochs and the session are as they should be.
    const { accessToken } = await replaceKeys();
    const claims = jsonwebtoken.decode(accessToken) as object;
    const forged = jsonwebtoken.sign({ ...claims, scope: 'admin' }, stolen.privateKey, {
      algorithm: 'ES256',
      header: { alg: 'ES256', typ: 'at+jwt', kid: stolen.kid },
    });
    const { data } = await ask(two.url, '{ me { email } }', { token: forged });
    expect(data).toEqual({ me: { email: ADMIN.email } });
    for (const query of [CRITICAL, 'mutation { logoutEverywhere }']) {
      const refused = await ask(two.url, query, { token: forged });
      expect(Object.values(refused.data ?? {})).toEqual([null]);
      expect(reasons(refused)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
    // Whose session it names is not put out by it.
    expect((await ask(one.url, CRITICAL, { token: accessToken })).errors).toBeUndefined();
  });
});

describe('a node that has not heard of a new key', () => {
  it('logs its tokens out, and never says so in vain', async () => {
    const { accessToken: token } = await replaceKeys();
    two.proxy.refuse();
    expect(reasons(await ask(two.url, LOGOUT, { token }))).toEqual([
      'STORE_UNAVAILABLE/STORE_UNAVAILABLE',
    ]);
    expect((await ask(one.url, CRITICAL, { token })).errors).toBeUndefined();
    two.proxy.heal();
    expect((await ask(two.url, LOGOUT, { token })).data).toEqual({ logout: true });
    expect(reasons(await ask(one.url, CRITICAL, { token }))).toEqual([
      'UNAUTHENTICATED/SESSION_REVOKED',
    ]);
  });
});
