import { ask, login, reasons, register, tryLogin } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe('signing in', () => {
  it('answers tokens that open @auth and @critical fields', async () => {
    const { accessToken, session } = await register(
      server.url,
      'ada@example.com',
      'a long password',
    );
    const answer = await ask(server.url, '{ me { email } mySessions { id current } }', {
      token: accessToken,
    });
    expect(answer.data).toEqual({
      me: { email: 'ada@example.com' },
      mySessions: [{ id: session.id, current: true }],
    });
  });

  it('tells an unknown user and a wrong password in the same words', async () => {
    const wrong = await tryLogin(server.url, ADMIN.email, 'not the password');
    const unknown = await tryLogin(server.url, 'nobody@example.com', 'not the password');
    expect(reasons(wrong)).toEqual(['INVALID_CREDENTIALS/INVALID_CREDENTIALS']);
    expect({ ...unknown, headers: undefined }).toEqual({ ...wrong, headers: undefined });
  });

  it('reads the e-mail address in any case', async () => {
    const { user } = await login(server.url, ` ${ADMIN.email.toUpperCase()} `, ADMIN.password);
    expect(user).toMatchObject({ email: ADMIN.email, scopes: ['admin'] });
  });
});
