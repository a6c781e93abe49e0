import { ask, login, reasons, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import {
  DAY,
  DISABLED,
  MINUTE,
  PASSWORD,
  REVOKED,
  UNAVAILABLE,
  costOf,
  critical,
  plain,
  world,
} from './support.js';
import type { World } from './support.js';
import { storedSession } from '../support/stored-sessions.js';
import { until } from '../support/until.js';

let w: World;
beforeAll(async () => {
  w = await world('opaque');
  await register(w.nodes[0].url, 'ada@example.com', PASSWORD);
}, 60_000);
afterAll(() => w.stop());

const logIn = () => login(w.nodes[0].url, 'ada@example.com', PASSWORD);
const INVALID = 'UNAUTHENTICATED/TOKEN_INVALID';

describe('scheme opaque', () => {
  it('hands out a random session token of at least 128 bits, which is stored as a hash alone', async () => {
    const one = await logIn();
    const other = await logIn();
    expect(one.accessToken).toMatch(/^pst_[\w-]{64}$/);
    expect(one.accessToken).not.toBe(other.accessToken);
    expect(one.refreshToken).toBeNull();
    const { text } = await storedSession(w.database, one.session.id);
    const secret = Buffer.from(one.accessToken.slice(4), 'base64url').subarray(16);
    expect(text).not.toContain(secret.toString('hex'));
    expect(text).not.toContain(secret.toString('base64url'));
    expect(text).not.toContain(one.accessToken.slice(4));
  });

  it('is looked up once for each request', async () => {
    const tokens = await logIn();
    await plain(w.nodes[1], tokens);
    expect(await costOf(w.nodes[1], () => plain(w.nodes[1], tokens))).toBe(1);
    expect(await costOf(w.nodes[1], () => critical(w.nodes[1], tokens))).toBe(2);
  });

  it('a revoked token stops at once at every guarded field of every node', async () => {
    const tokens = await logIn();
    await w.asAdmin(`mutation { revokeSession(id: "${tokens.session.id}") { id } }`);
    for (const node of w.nodes) expect(await plain(node, tokens)).toEqual([REVOKED]);
    const banned = await register(w.nodes[0].url, 'bob@example.com', PASSWORD);
    await w.asAdmin(`mutation { disableUser(id: "${banned.user.id}") { id } }`);
    for (const node of w.nodes) expect(await plain(node, banned)).toEqual([DISABLED]);
  });

  it('a mutation that ends its own session is felt by the root field after it', async () => {
    const { accessToken: token, session } = await logIn();
    const mutation = `mutation { revokeMySession(id: "${session.id}") { status } logoutEverywhere }`;
    const answer = await ask(w.nodes[1].url, mutation, { token });
    expect(answer.data).toEqual({
      revokeMySession: { status: 'ENDED' },
      logoutEverywhere: null,
    });
    expect(reasons(answer)).toEqual([REVOKED]);
  });

  it.each([
    [
      'another secret',
      (text: string) => `${text.slice(0, -2)}${text.endsWith('AA') ? 'BB' : 'AA'}`,
    ],
    ['another session', (text: string, other: string) => other.slice(0, 25) + text.slice(25)],
    ['one letter more', (text: string) => `${text}A`],
    ['a JWT', () => 'eyJhbGciOiJub25lIn0.e30.'],
    ['a refresh token', () => `prt_${'A'.repeat(71)}`],
    ['nothing', () => 'pst_'],
  ])('%s is refused', async (_name, forge) => {
    const { accessToken } = await logIn();
    const other = await logIn();
    const forged = { ...other, accessToken: forge(accessToken, other.accessToken) };
    expect(await plain(w.nodes[2], forged)).toEqual([INVALID]);
    expect(await plain(w.nodes[2], other)).toEqual([]);
  });

  it('has no refresh', async () => {
    const { accessToken } = await logIn();
    expect(reasons(await tryRefresh(w.nodes[0].url, accessToken))).toEqual([
      'REFRESH_REJECTED/REFRESH_INVALID',
    ]);
  });

  it('log-out ends it, once and again, and tells nothing of unknown ones', async () => {
    const tokens = await logIn();
    const logout = (token: string) => ask(w.nodes[1].url, 'mutation { logout }', { token });
    expect((await logout(tokens.accessToken)).data).toEqual({ logout: true });
    expect((await logout(tokens.accessToken)).data).toEqual({ logout: true });
    expect((await logout(`pst_${'A'.repeat(64)}`)).data).toEqual({ logout: true });
    for (const node of w.nodes) expect(await plain(node, tokens)).toEqual([REVOKED]);
  });

  it('a password entered again, or changed, puts a new token in the place of the old one', async () => {
    const tokens = await register(w.nodes[0].url, 'cy@example.com', PASSWORD);
    const again = await mutate(tokens, `reauthenticate(password: "${PASSWORD}")`, 'reauthenticate');
    expect(await plain(w.nodes[1], tokens)).toEqual([INVALID]);
    expect(await plain(w.nodes[1], again)).toEqual([]);
    const change = `changePassword(currentPassword: "${PASSWORD}", newPassword: "another long password")`;
    const changed = await mutate(again, change, 'changePassword');
    expect(await plain(w.nodes[2], again)).toEqual([INVALID]);
    expect(await plain(w.nodes[2], changed)).toEqual([]);
  });

  it('use keeps a session alive, until its absolute limit', async () => {
    const tokens = await logIn();
    for (let day = 12; day < 90; day += 12) {
      w.clock.advance(12 * DAY);
      expect(await plain(w.nodes[1], tokens)).toEqual([]);
      await until(async () => {
        const { lastUsedAt } = await storedSession(w.database, tokens.session.id);
        return lastUsedAt === w.clock.now();
      });
    }
    w.clock.advance(7 * DAY);
    expect(await plain(w.nodes[1], tokens)).toEqual(['UNAUTHENTICATED/SESSION_EXPIRED']);
  });

  it('its use is written down once a minute at most', async () => {
    const tokens = await logIn();
    w.clock.advance(MINUTE / 2);
    await plain(w.nodes[1], tokens);
    expect(await costOf(w.nodes[1], () => plain(w.nodes[1], tokens))).toBe(1);
  });

  it('while the store is away nobody can tell: guarded fields say so, public ones go on', async () => {
    const tokens = await logIn();
    w.nodes[1].proxy.refuse();
    expect(await plain(w.nodes[1], tokens)).toEqual([UNAVAILABLE]);
    const { accessToken: token } = tokens;
    const out = await ask(w.nodes[1].url, 'mutation { logoutEverywhere }', { token });
    expect(reasons(out)).toEqual([UNAVAILABLE]);
    const logout = await ask(w.nodes[1].url, 'mutation { logout }', { token });
    expect(reasons(logout)).toEqual(['STORE_UNAVAILABLE/STORE_UNAVAILABLE']);
    const open = await ask(w.nodes[1].url, '{ fieldPolicies { public } }', { token });
    expect(open.errors).toBeUndefined();
    w.nodes[1].proxy.heal();
    await until(async () => (await plain(w.nodes[1], tokens)).length === 0);
  });
});

async function mutate(tokens: Tokens, call: string, field: string): Promise<Tokens> {
  const query = `mutation { ${call} { accessToken refreshToken session { id } user { id } } }`;
  const answer = await ask(w.nodes[0].url, query, { token: tokens.accessToken });
  return answer.data![field] as Tokens;
}
