import { ask, login, reasons, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
/** Of each kind: 200 races in all. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 67);
let one: TestServer;
let two: TestServer;
let admin: Tokens;
let user: Tokens;
beforeAll(async () => {
  one = await startTestServer();
  two = await startTestServer({ database: one.database });
  admin = await login(one.url, ADMIN.email, ADMIN.password);
  user = await register(one.url, 'ada@example.com', PASSWORD);
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

const asAdmin = (query: string, id: string) =>
  ask(one.url, query, { token: admin.accessToken, variables: { id } });

/** Nothing that these tokens say opens anything any more, on either node. */
async function expectDead({ accessToken: token, refreshToken }: Tokens): Promise<void> {
  for (const { url } of [one, two]) {
    expect((await tryRefresh(url, refreshToken)).data).toEqual({ refresh: null });
    const answer = await ask(url, '{ mySessions { id } }', { token });
    expect(answer.data?.['mySessions'] ?? null).toBeNull();
  }
}

/** A refresh on one node races what ends the session on the other. */
async function race(tokens: Tokens, end: () => Promise<unknown>, round: number): Promise<void> {
  const refreshing = () => tryRefresh(two.url, tokens.refreshToken);
  const [answer] =
    round % 2 === 0
      ? await Promise.all([refreshing(), end()])
      : await Promise.all([end(), refreshing()]).then(([ended, refreshed]) => [refreshed, ended]);
  const returned = (answer as Awaited<ReturnType<typeof refreshing>>).data?.[
    'refresh'
  ] as Tokens | null;
  await expectDead(tokens);
  if (returned) await expectDead(returned);
}

it('a refresh that races a revocation leaves no live token', async () => {
  const revoke = 'mutation ($id: ID!) { revokeSession(id: $id) { status } }';
  for (let round = 0; round < ROUNDS; round += 1) {
    const tokens = await login(one.url, 'ada@example.com', PASSWORD);
    await race(tokens, () => asAdmin(revoke, tokens.session.id), round);
  }
}, 120_000);

it('a refresh that races a logout leaves no live token', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const tokens = await login(one.url, 'ada@example.com', PASSWORD);
    const { accessToken: token } = tokens;
    await race(tokens, () => ask(one.url, 'mutation { logout }', { token }), round);
  }
}, 120_000);

it('a refresh or a login that races a disable leaves no live token', async () => {
  const disable = 'mutation ($id: ID!) { disableUser(id: $id) { status } }';
  const enable = 'mutation ($id: ID!) { enableUser(id: $id) { status } }';
  for (let round = 0; round < ROUNDS; round += 1) {
    const tokens = await login(one.url, 'ada@example.com', PASSWORD);
    const late = tryLogin(two.url, 'ada@example.com', PASSWORD);
    await race(tokens, () => asAdmin(disable, user.user.id), round);
    const answer = await late;
    const returned = answer.data?.['login'] as Tokens | null;
    if (returned) await expectDead(returned);
    else expect(reasons(answer)).toEqual(['ACCOUNT_DISABLED/ACCOUNT_DISABLED']);
    await asAdmin(enable, user.user.id);
    if (returned) await expectDead(returned);
  }
}, 120_000);
