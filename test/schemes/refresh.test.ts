import { login, refresh, register, tryRefresh, reasons } from '../support/client.js';
import { until } from '../support/until.js';
import {
  DAY,
  DISABLED,
  EXPIRED,
  MINUTE,
  PASSWORD,
  REVOKED,
  claimsOf,
  costOf,
  critical,
  plain,
  world,
} from './support.js';
import type { World } from './support.js';

let w: World;
beforeAll(async () => {
  w = await world('refresh');
}, 60_000);
afterAll(() => w.stop());

describe('scheme refresh', () => {
  it('hands out a JWT with session and device, and a refresh token', async () => {
    const device = { id: 'phone-1', name: 'phone' };
    await register(w.nodes[0].url, 'ada@example.com', PASSWORD);
    const tokens = await login(w.nodes[0].url, 'ada@example.com', PASSWORD, device);
    expect(claimsOf(tokens.accessToken)).toMatchObject({
      sid: tokens.session.id,
      did: 'phone-1',
      sub: tokens.user.id,
    });
    expect(tokens.refreshToken).toMatch(/^prt_/);
  });

  it('tokens live up to a tenth less than 5 minutes by chance', async () => {
    const lives = new Set<number>();
    let tokens = await login(w.nodes[0].url, 'ada@example.com', PASSWORD);
    for (let n = 0; n < 20; n += 1) {
      tokens = await refresh(w.nodes[n % 3]!.url, tokens.refreshToken);
      const { iat, exp } = claimsOf(tokens.accessToken) as { iat: number; exp: number };
      lives.add(exp - iat);
    }
    for (const life of lives) {
      expect(life).toBeGreaterThanOrEqual(270);
      expect(life).toBeLessThanOrEqual(300);
    }
    expect(lives.size).toBeGreaterThan(3);
  });

  it('a plain @auth field costs no statement, a critical one a single one beside its own', async () => {
    const tokens = await login(w.nodes[0].url, 'ada@example.com', PASSWORD);
    await plain(w.nodes[1], tokens);
    expect(await costOf(w.nodes[1], () => plain(w.nodes[1], tokens))).toBe(0);
    expect(await costOf(w.nodes[1], () => critical(w.nodes[1], tokens))).toBe(2);
  });

  it('a revoked token stops at once on critical fields, and on all as soon as the nodes hear of it', async () => {
    const tokens = await login(w.nodes[0].url, 'ada@example.com', PASSWORD);
    await w.asAdmin(`mutation { revokeSession(id: "${tokens.session.id}") { id } }`);
    for (const node of w.nodes) expect(await critical(node, tokens)).toEqual([REVOKED]);
    for (const node of w.nodes) await until(async () => (await plain(node, tokens))[0] === REVOKED);
  });

  it('a ban bites at the refresh on every node', async () => {
    const tokens = await register(w.nodes[1].url, 'bob@example.com', PASSWORD);
    await w.asAdmin(`mutation { disableUser(id: "${tokens.user.id}") { id } }`);
    for (const { url } of w.nodes) {
      expect(reasons(await tryRefresh(url, tokens.refreshToken))).toEqual([
        'REFRESH_REJECTED/ACCOUNT_DISABLED',
      ]);
    }
    for (const node of w.nodes)
      await until(async () => (await plain(node, tokens))[0] === DISABLED);
  });

  it('an access token expires, and the refresh goes on until the session idles', async () => {
    const tokens = await login(w.nodes[0].url, 'ada@example.com', PASSWORD);
    w.clock.advance(5 * MINUTE + 6_000);
    expect(await plain(w.nodes[2], tokens)).toEqual([EXPIRED]);
    const next = await refresh(w.nodes[2].url, tokens.refreshToken);
    expect(await plain(w.nodes[0], next)).toEqual([]);
    w.clock.advance(14 * DAY);
    expect(reasons(await tryRefresh(w.nodes[1].url, next.refreshToken))).toEqual([
      'REFRESH_REJECTED/SESSION_EXPIRED',
    ]);
  });

  it('no use keeps a session beyond its absolute limit', async () => {
    let tokens = await login(w.nodes[0].url, 'ada@example.com', PASSWORD);
    for (let day = 10; day < 90; day += 10) {
      w.clock.advance(10 * DAY);
      tokens = await refresh(w.nodes[day % 3]!.url, tokens.refreshToken);
    }
    w.clock.advance(10 * DAY);
    expect(reasons(await tryRefresh(w.nodes[0].url, tokens.refreshToken))).toEqual([
      'REFRESH_REJECTED/SESSION_EXPIRED',
    ]);
  });
});
