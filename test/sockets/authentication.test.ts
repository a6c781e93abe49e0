import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ask, login, refresh, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, openSocket } from '../support/socket.js';
import type { RawSocket } from '../support/socket.js';

const PASSWORD = 'a password of some length';
const FORBIDDEN = { code: 4403, reason: 'Forbidden' };
const ME = '{ me { email } }';

const clock = new TestClock();
let server: TestServer;
let ada: Tokens;
let expired: string;
beforeAll(async () => {
  server = await startTestServer({ clock });
  expired = (await login(server.url, ADMIN.email, ADMIN.password)).accessToken;
  clock.advance(10 * 60_000);
  ada = await register(server.url, 'ada@example.com', PASSWORD);
});
afterAll(() => server.stop());

async function who(socket: RawSocket): Promise<unknown> {
  const { data, errors } = await socket.ask(ME);
  await socket.close();
  return data?.['me']?.email ?? errors?.[0]?.extensions.reason;
}

async function refusal(params: object, headers: Record<string, string> = {}): Promise<unknown> {
  const socket = await openSocket(server.url, { headers });
  socket.send({ type: 'connection_init', payload: params });
  const closed = await socket.closed;
  expect(socket.messages).toEqual([]);
  return closed;
}

describe('who connects', () => {
  it.each<[string, (token: string) => Record<string, unknown>]>([
    ['Authorization', (token) => ({ Authorization: `Bearer ${token}` })],
    ['authorization', (token) => ({ authorization: `bearer ${token}` })],
    ['AUTHORIZATION', (token) => ({ AUTHORIZATION: `Bearer ${token}` })],
    ['accessToken', (token) => ({ accessToken: token })],
    ['the same one twice', (t) => ({ accessToken: t, Authorization: `Bearer ${t}` })],
    [
      'one beside something else',
      (token) => ({ accessToken: token, client: 'x', authorization: null }),
    ],
  ])('is known by the parameter: %s', async (_name, params) => {
    expect(await who(await connect(server.url, params(ada.accessToken)))).toBe('ada@example.com');
  });

  it('is known by the header of the handshake', async () => {
    const headers = { authorization: `Bearer ${ada.accessToken}` };
    expect(await who(await connect(server.url, undefined, { headers }))).toBe('ada@example.com');
  });

  it('is who the parameters say, whatever the header says', async () => {
    const admin = await login(server.url, ADMIN.email, ADMIN.password);
    for (const authorization of [`Bearer ${admin.accessToken}`, 'Basic eDp5', 'Bearer garbage']) {
      const params = { accessToken: ada.accessToken };
      const socket = await connect(server.url, params, { headers: { authorization } });
      expect(await who(socket)).toBe('ada@example.com');
    }
  });

  it('without any token is nobody', async () => {
    for (const params of [undefined, {}, { Authorization: null }, { token: ada.accessToken }]) {
      const socket = await connect(server.url, params);
      expect(await socket.ask('{ __typename me { email } }')).toMatchObject({
        data: { __typename: 'Query', me: null },
        errors: [{ path: ['me'], extensions: { code: 'UNAUTHENTICATED', reason: 'NO_TOKEN' } }],
      });
      await socket.close();
    }
  });

  it('with a token in the address is nobody', async () => {
    const address = `${server.url.replace('http', 'ws')}/graphql?access_token=${ada.accessToken}`;
    const socket = new WebSocket(address, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const query = { query: '{ me { email } }' };
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: query }));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(answer.toString()).toContain('NO_TOKEN');
    socket.terminate();
  });
});

describe('who presents a token that is bad', () => {
  it.each<[string, () => object]>([
    ['garbage', () => ({ accessToken: 'garbage' })],
    ['expired', () => ({ accessToken: expired })],
    ['changed', () => ({ accessToken: `${ada.accessToken.slice(0, -4)}AAAA` })],
    ['a refresh token', () => ({ accessToken: ada.refreshToken })],
    ['empty', () => ({ accessToken: '' })],
    ['an empty header', () => ({ Authorization: '' })],
    ['without the scheme', () => ({ Authorization: ada.accessToken })],
    ['of another scheme', () => ({ Authorization: `Basic ${ada.accessToken}` })],
    ['a list', () => ({ accessToken: [ada.accessToken] })],
    ['an object', () => ({ Authorization: { toString: ada.accessToken } })],
    ['a number', () => ({ accessToken: 1 })],
    ['false', () => ({ Authorization: false })],
    ['one of two', () => ({ accessToken: ada.accessToken, Authorization: 'Bearer garbage' })],
    [
      'one of two cases',
      () => ({ Authorization: `Bearer ${ada.accessToken}`, authorization: 'Bearer x' }),
    ],
    ['of 90 KB', () => ({ accessToken: 'x'.repeat(90_000) })],
  ])('is refused with 4403: %s', async (_what, params) => {
    expect(await refusal(params())).toEqual(FORBIDDEN);
  });

  it('by the header of the handshake is refused as well', async () => {
    for (const authorization of ['Bearer garbage', 'Basic eDp5', `Bearer ${expired}`]) {
      expect(await refusal({}, { authorization })).toEqual(FORBIDDEN);
    }
  });

  it('of a session that is over is refused', async () => {
    const tokens = await login(server.url, 'ada@example.com', PASSWORD);
    await ask(server.url, 'mutation { logout }', { token: tokens.accessToken });
    expect(await refusal({ accessToken: tokens.accessToken })).toEqual(FORBIDDEN);
  });

  it('which expired within the clocks’ tolerance is refused: the socket would close at once', async () => {
    const tokens = await login(server.url, 'ada@example.com', PASSWORD);
    clock.advance(tokens.expiresIn * 1_000 + 1_500);
    expect((await ask(server.url, ME, { token: tokens.accessToken })).status).toBe(200);
    expect(await refusal({ accessToken: tokens.accessToken })).toEqual(FORBIDDEN);
    ada = await login(server.url, 'ada@example.com', PASSWORD);
  });

  it('is no obstacle to come back with a good one: the client asks for its parameters anew', async () => {
    const presented: string[] = [];
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryWait: () => Promise.resolve(),
      connectionParams: async () => {
        const token =
          presented.length === 0
            ? expired
            : (await refresh(server.url, ada.refreshToken)).accessToken;
        presented.push(token);
        return { accessToken: token };
      },
    });
    const answers = client.iterate({ query: ME });
    expect((await answers.next()).value).toEqual({ data: { me: { email: 'ada@example.com' } } });
    expect(presented).toHaveLength(2);
    await client.dispose();
  });
});
