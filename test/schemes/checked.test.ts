import { ask, login, refresh, register } from '../support/client.js';
import { DISABLED, PASSWORD, REVOKED, UNAVAILABLE, costOf, plain, world } from './support.js';
import type { World } from './support.js';
import { until } from '../support/until.js';

let w: World;
beforeAll(async () => {
  w = await world('checked');
  await register(w.nodes[0].url, 'ada@example.com', PASSWORD);
}, 60_000);
afterAll(() => w.stop());

const logIn = () => login(w.nodes[0].url, 'ada@example.com', PASSWORD);

describe('scheme checked', () => {
  it('looks the session up once for each request, however many fields ask', async () => {
    const tokens = await logIn();
    await plain(w.nodes[1], tokens);
    expect(await costOf(w.nodes[1], () => plain(w.nodes[1], tokens))).toBe(1);
    const many = '{ a: me { id } b: me { email } c: me { name } }';
    const { accessToken: token } = tokens;
    expect(await costOf(w.nodes[1], () => ask(w.nodes[1].url, many, { token }))).toBe(1);
  });

  it('a revoked token stops at once at every guarded field of every node', async () => {
    const tokens = await logIn();
    await w.asAdmin(`mutation { revokeSession(id: "${tokens.session.id}") { id } }`);
    for (const node of w.nodes) expect(await plain(node, tokens)).toEqual([REVOKED]);
  });

  it('so does that of a disabled account', async () => {
    const tokens = await register(w.nodes[2].url, 'bob@example.com', PASSWORD);
    await w.asAdmin(`mutation { disableUser(id: "${tokens.user.id}") { id } }`);
    for (const node of w.nodes) expect(await plain(node, tokens)).toEqual([DISABLED]);
  });

  it('says so in the policy', async () => {
    const { data } = await ask(w.nodes[0].url, '{ fieldPolicies { coordinate maxStale public } }');
    expect(data!['fieldPolicies']).toContainEqual({
      coordinate: 'Query.me',
      maxStale: 0,
      public: false,
    });
  });

  it('refuses while the store is away, and goes on when it is back', async () => {
    const tokens = await logIn();
    w.nodes[1].proxy.refuse();
    expect(await plain(w.nodes[1], tokens)).toEqual([UNAVAILABLE]);
    w.nodes[1].proxy.heal();
    await until(async () => (await plain(w.nodes[1], tokens)).length === 0);
  });

  it('refreshes as the default scheme does', async () => {
    const tokens = await logIn();
    expect(await plain(w.nodes[2], await refresh(w.nodes[1].url, tokens.refreshToken))).toEqual([]);
  });
});
