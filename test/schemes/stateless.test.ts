import { ask, login, reasons, register, tryRefresh } from '../support/client.js';
import {
  EXPIRED,
  MINUTE,
  PASSWORD,
  REVOKED,
  UNAVAILABLE,
  claimsOf,
  costOf,
  critical,
  plain,
  world,
} from './support.js';
import type { World } from './support.js';

let w: World;
beforeAll(async () => {
  w = await world('stateless');
  await register(w.nodes[0].url, 'ada@example.com', PASSWORD);
}, 60_000);
afterAll(() => w.stop());

const logIn = () => login(w.nodes[0].url, 'ada@example.com', PASSWORD);

describe('scheme stateless', () => {
  it('hands out one JWT of at most 60 minutes and no refresh token', async () => {
    const tokens = await logIn();
    const { iat, exp } = claimsOf(tokens.accessToken) as { iat: number; exp: number };
    expect(exp - iat).toBeGreaterThanOrEqual(54 * 60);
    expect(exp - iat).toBeLessThanOrEqual(60 * 60);
    expect(tokens.refreshToken).toBeNull();
    expect(reasons(await tryRefresh(w.nodes[0].url, tokens.accessToken))).toEqual([
      'REFRESH_REJECTED/REFRESH_INVALID',
    ]);
  });

  it('follows no feed: no node asks for revocations', async () => {
    await logIn();
    for (const { proxy } of w.nodes) {
      expect(proxy.background.filter((text) => text.includes('pg_current_snapshot'))).toEqual([]);
    }
  });

  it('a revoked token goes on at @auth fields of other nodes until it expires, never at critical ones', async () => {
    const tokens = await logIn();
    await w.asAdmin(`mutation { revokeSession(id: "${tokens.session.id}") { id } }`);
    expect(await plain(w.nodes[0], tokens)).toEqual([REVOKED]);
    w.clock.advance(53 * MINUTE);
    expect(await plain(w.nodes[1], tokens)).toEqual([]);
    expect(await critical(w.nodes[2], tokens)).toEqual([REVOKED]);
    w.clock.advance(8 * MINUTE);
    expect(await plain(w.nodes[1], tokens)).toEqual([EXPIRED]);
  });

  it('only critical fields look at the store', async () => {
    const tokens = await logIn();
    await plain(w.nodes[1], tokens);
    expect(await costOf(w.nodes[1], () => plain(w.nodes[1], tokens))).toBe(0);
    w.nodes[1].proxy.refuse();
    expect(await plain(w.nodes[1], tokens)).toEqual([]);
    expect(await critical(w.nodes[1], tokens)).toEqual([UNAVAILABLE]);
    w.nodes[1].proxy.heal();
  });

  it('log-out ends the session: where it was heard of at once, at critical fields everywhere', async () => {
    const tokens = await logIn();
    const { accessToken: token } = tokens;
    expect((await ask(w.nodes[0].url, 'mutation { logout }', { token })).data).toEqual({
      logout: true,
    });
    expect(await plain(w.nodes[0], tokens)).toEqual([REVOKED]);
    for (const node of w.nodes) expect(await critical(node, tokens)).toEqual([REVOKED]);
  });
});
