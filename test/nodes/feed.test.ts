import { ask, login, reasons, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const REVOKED = ['UNAUTHENTICATED/SESSION_REVOKED'];

let database: TestDatabase;
let nodes: TestServer[];
let admin: Tokens;
beforeAll(async () => {
  database = await createTestDatabase();
  nodes = [];
  for (let n = 0; n < 3; n += 1) nodes.push(await startTestServer({ database }));
  admin = await login(nodes[0]!.url, ADMIN.email, ADMIN.password);
});
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await database.drop();
});

const plain = async (node: TestServer, { accessToken: token }: Tokens) =>
  reasons(await ask(node.url, '{ me { email } }', { token }));

/** Waits until plain @auth fields refuse on every node, without anybody asking the store. */
async function refusedEverywhere(tokens: Tokens, expected = REVOKED): Promise<void> {
  for (const node of nodes) {
    await until(async () => (await plain(node, tokens)).length > 0);
    expect(await plain(node, tokens)).toEqual(expected);
  }
}

async function asAdmin(mutation: string): Promise<void> {
  const answer = await ask(nodes[1]!.url, mutation, { token: admin.accessToken });
  expect(answer.errors).toBeUndefined();
}

describe('a revocation on one node, without anybody asking the store, is felt on all', () => {
  it('log-out', async () => {
    const tokens = await register(nodes[0]!.url, 'out@example.com', PASSWORD);
    for (const node of nodes) expect(await plain(node, tokens)).toEqual([]);
    const out = `mutation { logout(refreshToken: "${tokens.refreshToken}") }`;
    expect((await ask(nodes[0]!.url, out)).data).toEqual({ logout: true });
    await refusedEverywhere(tokens);
  });

  it.each([
    [
      'one session',
      ({ session }: Tokens) => `mutation { revokeSession(id: "${session.id}") { id } }`,
    ],
    ['a user', ({ user }: Tokens) => `mutation { revokeUserSessions(userId: "${user.id}") }`],
    [
      'a device',
      ({ user, session }: Tokens) =>
        `mutation { revokeUserSessions(userId: "${user.id}", deviceId: "${session.device.id}") }`,
    ],
  ])('%s', async (name, mutation) => {
    const email = `${name.replaceAll(' ', '.')}@example.com`;
    const tokens = await register(nodes[2]!.url, email, PASSWORD);
    for (const node of nodes) expect(await plain(node, tokens)).toEqual([]);
    await asAdmin(mutation(tokens));
    await refusedEverywhere(tokens);
    const again = await login(nodes[0]!.url, email, PASSWORD);
    for (const node of nodes) expect(await plain(node, again)).toEqual([]);
  });

  it('a disabled account, with its reason; enabled again, the old tokens have ended all the same', async () => {
    const tokens = await register(nodes[0]!.url, 'banned@example.com', PASSWORD);
    await asAdmin(`mutation { disableUser(id: "${tokens.user.id}") { id } }`);
    await refusedEverywhere(tokens, ['UNAUTHENTICATED/ACCOUNT_DISABLED']);
    await asAdmin(`mutation { enableUser(id: "${tokens.user.id}") { id } }`);
    for (const node of nodes) {
      await until(async () => (await plain(node, tokens))[0] === REVOKED[0]);
    }
  });

  it('everybody', async () => {
    const tokens = await register(nodes[0]!.url, 'all@example.com', PASSWORD);
    await asAdmin('mutation { revokeAllSessions(reason: "a drill") }');
    await refusedEverywhere(tokens);
    await refusedEverywhere(admin);
    admin = await login(nodes[2]!.url, ADMIN.email, ADMIN.password);
    for (const node of nodes) expect(await plain(node, admin)).toEqual([]);
  });
});

it('a node that starts later has heard of what came before', async () => {
  const tokens = await register(nodes[0]!.url, 'early@example.com', PASSWORD);
  await asAdmin(`mutation { revokeSession(id: "${tokens.session.id}") { id } }`);
  const late = await startTestServer({ database });
  expect(await plain(late, tokens)).toEqual(REVOKED);
  await late.stop();
});
