import { ask, login } from '../support/client.js';
import { askWithCookie, cookieOf, signInByCookie } from '../support/cookies.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, openSocket, refusedHandshake } from '../support/socket.js';
import type { RawSocket } from '../support/socket.js';

const PASSWORD = 'a password of some length';
const NEXT_PASSWORD = 'another password of some length';
const FORBIDDEN = { code: 4403, reason: 'Forbidden' };
const ME = '{ me { email } }';

let server: TestServer;
let count = 0;
afterEach(() => server.stop());

const start = async (scheme: string) =>
  (server = await startTestServer({ env: { PORTCULLIS_SCHEME: scheme } }));

async function newUser() {
  const email = `user${(count += 1)}@example.com`;
  return { email, ...(await signInByCookie(server.url, email, PASSWORD)) };
}

/** As a page of the server's own would. */
const open = (cookie: string, params?: Record<string, unknown>): Promise<RawSocket> =>
  connect(server.url, params, { headers: { cookie, origin: server.url } });

describe('a socket that a page opens with its session cookie', () => {
  beforeEach(() => start('opaque'));

  it("is that session's: it answers, tells of the end and closes", async () => {
    const { email, cookie, session } = await newUser();
    const socket = await open(cookie);
    socket.subscribe('end', 'subscription { sessionEnded { sessionId reason } }');
    expect(await socket.ask(ME)).toEqual({ data: { me: { email } } });
    await askWithCookie(server.url, 'mutation { logout }', { cookie });
    expect(await socket.rest()).toEqual([
      {
        ...{ id: 'end', type: 'next' },
        payload: {
          data: { sessionEnded: { sessionId: session.id, reason: 'SESSION_REVOKED' } },
        },
      },
      { id: 'end', type: 'complete' },
    ]);
    expect(await socket.closed).toEqual(FORBIDDEN);
  });

  it('is refused with a cookie that is worth nothing, and with two', async () => {
    const [ada, bob] = [await newUser(), await newUser()];
    await askWithCookie(server.url, 'mutation { logout }', { cookie: ada.cookie });
    for (const cookie of [ada.cookie, `${ada.cookie}; ${bob.cookie}`, `${bob.cookie}x`]) {
      const socket = await openSocket(server.url, { headers: { cookie, origin: server.url } });
      socket.send({ type: 'connection_init' });
      expect(await socket.closed).toEqual(FORBIDDEN);
    }
  });

  it('belongs to whom the first message names, if it does', async () => {
    const [ada, bob] = [await newUser(), await newUser()];
    const { accessToken } = await login(server.url, bob.email, PASSWORD);
    const socket = await open(ada.cookie, { accessToken });
    expect(await socket.ask(ME)).toEqual({ data: { me: { email: bob.email } } });
    await socket.close();
  });

  it('is not opened by a page of another origin', async () => {
    const { cookie } = await newUser();
    const headers = { cookie, origin: 'https://evil.example.com' };
    expect((await refusedHandshake(server.url, headers)).status).toBe(403);
  });

  it('may not trade its token for one that no answer could put into the cookie', async () => {
    const { email, cookie } = await newUser();
    const socket = await open(cookie);
    for (const mutation of [
      `reauthenticate(password: "${PASSWORD}") { accessToken }`,
      `changePassword(currentPassword: "${PASSWORD}", newPassword: "${NEXT_PASSWORD}") { accessToken }`,
    ]) {
      const { data, errors } = await socket.ask(`mutation { ${mutation} }`);
      expect(data ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(await socket.ask(ME)).toEqual({ data: { me: { email } } });
    await login(server.url, email, PASSWORD);
    await socket.close();
  });

  it('ends the session with its log-out; the next request by HTTP clears the cookie', async () => {
    const { cookie } = await newUser();
    const socket = await open(cookie);
    expect(await socket.ask('mutation { logout }')).toEqual({ data: { logout: true } });
    expect(await socket.closed).toEqual(FORBIDDEN);
    const answer = await askWithCookie(server.url, ME, { cookie });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(cookieOf(answer)).toBe('portcullis-session=');
  });

  it('comes back with the new cookie when another request has changed the password', async () => {
    const { email, cookie } = await newUser();
    const socket = await open(cookie);
    const change = `currentPassword: "${PASSWORD}", newPassword: "${NEXT_PASSWORD}"`;
    const query = `mutation { changePassword(${change}) { expiresIn } }`;
    const changed = await askWithCookie(server.url, query, { cookie });
    expect(await socket.closed).toEqual(FORBIDDEN);
    const again = await open(cookieOf(changed));
    expect(await again.ask(ME)).toEqual({ data: { me: { email } } });
    await again.close();
  });
});

describe('a socket that a page opens with its refresh cookie', () => {
  beforeEach(() => start('refresh'));

  it("is nobody's, and does not trade it", async () => {
    const { cookie, accessToken } = await newUser();
    const socket = await open(cookie);
    expect(await socket.ask('{ me { email } }')).toMatchObject({ data: { me: null } });
    const { errors } = await socket.ask('mutation { refresh { accessToken } }');
    expect(errors).toMatchObject([{ extensions: { code: 'REFRESH_REJECTED' } }]);
    await socket.close();
    expect((await ask(server.url, ME, { token: accessToken })).errors).toBeUndefined();
  });
});
