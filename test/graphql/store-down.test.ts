import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ask, login, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { atField, verdict } from '../support/errors.js';
import { ADMIN } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const LOGOUT = 'mutation ($t: String) { logout(refreshToken: $t) }';
const UNAVAILABLE = { code: 'STORE_UNAVAILABLE', reason: 'STORE_UNAVAILABLE', retryable: true };

let server: ServerBehindProxy;
let user: Tokens;
let other: Tokens;
beforeAll(async () => {
  server = await startServerBehindProxy();
  user = await register(server.url, 'ada@example.com', PASSWORD);
  other = await login(server.url, 'ada@example.com', PASSWORD);
});
beforeEach(() => server.proxy.refuse());
afterEach(() => server.proxy.heal());
afterAll(() => server.stop());

describe('while the store is down', () => {
  it('critical fields are AUTH_CHECK_UNAVAILABLE and @auth fields go on', async () => {
    const answer = await ask(server.url, '{ mySessions { id } me { id email } }', {
      token: user.accessToken,
    });
    expect(verdict(answer)).toEqual(
      atField(
        'mySessions',
        { code: 'AUTH_CHECK_UNAVAILABLE', reason: 'STORE_UNAVAILABLE' },
        { mySessions: null, me: { id: user.user.id, email: 'ada@example.com' } },
      ),
    );
  });

  it('a login is not told that its password is wrong', async () => {
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    expect(verdict(answer)).toEqual(atField('login', UNAVAILABLE));
  });

  it('a registration can be tried again', async () => {
    const answer = await ask(
      server.url,
      'mutation ($input: RegisterInput!) { register(input: $input) { accessToken } }',
      { variables: { input: { email: 'late@example.com', password: PASSWORD } } },
    );
    expect(verdict(answer)).toEqual(atField('register', UNAVAILABLE));
    server.proxy.heal();
    await register(server.url, 'late@example.com', PASSWORD);
  });

  it('a refresh is not told that its token is bad, and the token works afterwards', async () => {
    const { refreshToken } = user;
    expect(verdict(await tryRefresh(server.url, refreshToken))).toEqual(
      atField('refresh', UNAVAILABLE),
    );
    server.proxy.heal();
    expect((await tryRefresh(server.url, refreshToken)).errors).toBeUndefined();
  });

  it('a logout is never a false success, by refresh token or by bearer', async () => {
    const { accessToken: token, refreshToken } = other;
    const variables = { t: refreshToken };
    expect(verdict(await ask(server.url, LOGOUT, { variables }))).toEqual(
      atField('logout', UNAVAILABLE),
    );
    expect(verdict(await ask(server.url, LOGOUT, { token }))).toEqual(
      atField('logout', UNAVAILABLE),
    );
    server.proxy.heal();
    await until(
      async () => (await ask(server.url, '{ mySessions { id } }', { token })).errors === undefined,
    );
    const sessions = await ask(server.url, '{ mySessions { current } }', { token });
    expect(sessions.data?.['mySessions']).toContainEqual({ current: true });
    expect((await ask(server.url, LOGOUT, { token })).data).toEqual({ logout: true });
  });

  it('a login whose connection is cut in the middle can be tried again', async () => {
    server.proxy.heal();
    await until(
      async () => (await tryLogin(server.url, ADMIN.email, ADMIN.password)).data?.['login'] != null,
    );
    server.proxy.loseAnswerTo('COMMIT');
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    expect(verdict(answer)).toEqual(atField('login', UNAVAILABLE));
    await login(server.url, ADMIN.email, ADMIN.password);
  });

  it('the log says what happened, under the id of the request', async () => {
    const answer = await tryLogin(server.url, ADMIN.email, ADMIN.password);
    const id = answer.headers.get('x-request-id') ?? '';
    const lines = server.log().split('\n');
    const line = lines.find((text) => text.includes(id) && text.includes('unavailable'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ requestId: id, path: 'login' });
  });
});
