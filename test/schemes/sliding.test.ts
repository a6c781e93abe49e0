import { ask, login, reasons, register } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import {
  DAY,
  DISABLED,
  EXPIRED,
  MINUTE,
  PASSWORD,
  REVOKED,
  SECOND,
  UNAVAILABLE,
  claimsOf,
  costOf,
  critical,
  plain,
  world,
} from './support.js';
import type { World } from './support.js';
import { until } from '../support/until.js';

let w: World;
beforeAll(async () => {
  w = await world('sliding', { ALLOWED_ORIGINS: 'https://app.example.com' });
  await register(w.nodes[0].url, 'ada@example.com', PASSWORD);
}, 60_000);
afterAll(() => w.stop());

const logIn = () => login(w.nodes[0].url, 'ada@example.com', PASSWORD);
const me = (node: number, { accessToken: token }: Tokens, headers = {}) =>
  ask(w.nodes[node]!.url, '{ me { email } }', { token, headers });

const HEADER = 'x-portcullis-access-token';
const renewedIn = (answer: Answer): string | undefined =>
  (answer as { extensions?: { portcullis?: { accessToken?: string } } }).extensions?.portcullis
    ?.accessToken;

describe('scheme sliding', () => {
  it('hands out one JWT that lives as long as the session may idle, and no refresh token', async () => {
    const tokens = await logIn();
    const { iat, exp } = claimsOf(tokens.accessToken) as { iat: number; exp: number };
    expect(exp - iat).toBe((14 * DAY) / SECOND);
    expect(tokens.refreshToken).toBeNull();
  });

  it('within the window nobody is asked and nothing is renewed', async () => {
    const tokens = await logIn();
    await me(1, tokens);
    w.clock.advance(2 * MINUTE - SECOND);
    expect(await costOf(w.nodes[1], () => me(1, tokens))).toBe(0);
    expect(renewedIn(await me(1, tokens))).toBeUndefined();
  });

  it('past the window the answer brings a new token, in the extensions and in a header', async () => {
    const tokens = await logIn();
    w.clock.advance(2 * MINUTE + SECOND);
    const answer = await me(1, tokens, { origin: 'https://app.example.com' });
    expect(answer.data).toEqual({ me: { email: 'ada@example.com' } });
    const token = renewedIn(answer)!;
    expect(answer.headers.get(HEADER)).toBe(token);
    expect(answer.headers.get('access-control-expose-headers')).toContain(HEADER);
    const before = claimsOf(tokens.accessToken);
    expect(claimsOf(token)).toMatchObject({ sid: before['sid'], auth_time: before['auth_time'] });
    const renewed = { ...tokens, accessToken: token };
    await me(2, renewed);
    expect(await costOf(w.nodes[2], () => me(2, renewed))).toBe(0);
  });

  it('requests that come at once share one look and one token', async () => {
    const tokens = await logIn();
    w.clock.advance(3 * MINUTE);
    const answers: Answer[] = [];
    const cost = await costOf(w.nodes[1], async () => {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => me(1, tokens)))));
    });
    expect(reasons(answers[0]!)).toEqual([]);
    expect(answers.every((answer) => renewedIn(answer) !== undefined)).toBe(true);
    expect(cost).toBeLessThan(20);
  });

  it('a revoked token goes on for no longer than the window; then it is refused and not renewed', async () => {
    const tokens = await logIn();
    await w.asAdmin(`mutation { revokeUserSessions(userId: "${tokens.user.id}") }`);
    expect(await critical(w.nodes[2], tokens)).toEqual([REVOKED]);
    expect(await plain(w.nodes[1], tokens)).toEqual([]);
    w.clock.advance(2 * MINUTE + SECOND);
    const answer = await me(1, tokens);
    expect(answer.status).toBe(401);
    expect(reasons(answer)).toEqual([REVOKED]);
    expect(renewedIn(answer)).toBeUndefined();
    expect(answer.headers.get(HEADER)).toBeNull();
  });

  it('so is that of a disabled account', async () => {
    const tokens = await register(w.nodes[0].url, 'bob@example.com', PASSWORD);
    await w.asAdmin(`mutation { disableUser(id: "${tokens.user.id}") { id } }`);
    w.clock.advance(3 * MINUTE);
    expect(await plain(w.nodes[1], tokens)).toEqual([DISABLED]);
  });

  it('an old token does not stand in the way of a log-in or a log-out', async () => {
    const tokens = await logIn();
    await w.asAdmin(`mutation { revokeSession(id: "${tokens.session.id}") { id } }`);
    w.clock.advance(3 * MINUTE);
    const { accessToken: token } = tokens;
    expect((await ask(w.nodes[2].url, 'mutation { logout }', { token })).data).toEqual({
      logout: true,
    });
  });

  it('use moves the idle limit, and no renewal goes beyond the absolute one', async () => {
    let tokens = await logIn();
    const signedIn = w.clock.now();
    while (w.clock.now() < signedIn + 84 * DAY) {
      w.clock.advance(12 * DAY);
      const accessToken = renewedIn(await me(1, tokens));
      expect(accessToken).toBeDefined();
      tokens = { ...tokens, accessToken: accessToken! };
    }
    const { exp } = claimsOf(tokens.accessToken) as { exp: number };
    expect(exp * SECOND).toBeLessThanOrEqual(signedIn + 90 * DAY);
    w.clock.advance(6 * DAY + 6 * SECOND);
    expect(await plain(w.nodes[0], tokens)).toEqual([EXPIRED]);
  });

  it('a session that idles is over', async () => {
    const tokens = await logIn();
    w.clock.advance(14 * DAY + 6 * SECOND);
    expect(await plain(w.nodes[1], tokens)).toEqual([EXPIRED]);
  });

  it('while the store is away, tokens within the window go on, older ones do not, public fields do', async () => {
    const tokens = await logIn();
    w.nodes[1].proxy.refuse();
    expect(await plain(w.nodes[1], tokens)).toEqual([]);
    w.clock.advance(3 * MINUTE);
    expect(await plain(w.nodes[1], tokens)).toEqual([UNAVAILABLE]);
    const { accessToken: token } = tokens;
    const open = await ask(w.nodes[1].url, '{ fieldPolicies { public } }', { token });
    expect(open.errors).toBeUndefined();
    w.nodes[1].proxy.heal();
    await until(async () => (await plain(w.nodes[1], tokens)).length === 0);
  });
});
