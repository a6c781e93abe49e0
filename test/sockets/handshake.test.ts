import { connect as connectTcp } from 'node:net';
import { request } from 'node:http';
import { once } from 'node:events';
import { login } from '../support/client.js';
import { exchange } from '../support/exchange.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, refusedHandshake } from '../support/socket.js';

let server: TestServer;
const APP = 'https://app.example.com';
beforeAll(async () => {
  server = await startTestServer({ env: { ALLOWED_ORIGINS: APP } });
});
afterAll(() => server.stop());

const host = () => new URL(server.url).host;

describe('a page', () => {
  const ALLOWED: readonly (readonly [string, () => string | undefined])[] = [
    ['of this server', () => `http://${host()}`],
    ['of an origin that is listed', () => APP],
    ['that is none: a program', () => undefined],
  ];
  it.each(ALLOWED)('%s may connect', async (_who, origin) => {
    const given = origin();
    const headers = given === undefined ? {} : { origin: given };
    const socket = await connect(server.url, undefined, { headers });
    expect(await socket.ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    await socket.close();
  });

  const FOREIGN: readonly (readonly [string, () => string])[] = [
    ['of another origin', () => 'https://evil.example.com'],
    ['that hides its origin', () => 'null'],
    ['of another port', () => 'http://127.0.0.1:1'],
    ['of a host that ends like ours', () => `http://evil${host()}`],
    ['of a host that begins like ours', () => `http://${host()}.evil.example.com`],
    ['that names us as its user', () => `http://${host()}@evil.example.com`],
    ['of an origin that begins like one listed', () => `${APP}.evil.example.com`],
    ['of an origin listed with another scheme', () => 'http://app.example.com'],
    ['with two origins', () => `${APP} https://evil.example.com`],
    ['of no origin at all', () => ''],
    ['of a file', () => 'file://'],
  ];
  it.each(FOREIGN)('%s is refused with 403', async (_who, origin) => {
    const answer = await refusedHandshake(server.url, { origin: origin() });
    expect(answer).toEqual({
      status: 403,
      errors: [
        {
          message: 'Pages of this origin may not connect here.',
          extensions: { code: 'FORBIDDEN', reason: 'CSRF_REFUSED' },
        },
      ],
    });
  });

  it('of another origin is refused whatever token it brings', async () => {
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const headers = { origin: 'null', authorization: `Bearer ${accessToken}` };
    expect((await refusedHandshake(server.url, headers)).status).toBe(403);
  });

  it('of this server may connect where TLS ends in front, unseen', async () => {
    const headers = { origin: 'https://gate.example.com', host: 'gate.example.com' };
    await (await connect(server.url, undefined, { headers })).close();
    const other = { ...headers, origin: 'https://gate.example.com:8443' };
    expect((await refusedHandshake(server.url, other)).status).toBe(403);
  });

  it('of a loopback host is judged by its scheme too', async () => {
    const answer = await refusedHandshake(server.url, { origin: `https://${host()}` });
    expect(answer.status).toBe(403);
  });

  it('is judged by the address that a trusted proxy says it asked', async () => {
    const own = await startTestServer({ env: { TRUST_PROXY: 'true' } });
    const headers = {
      origin: 'https://gate.example.com',
      'x-forwarded-host': 'gate.example.com',
      'x-forwarded-proto': 'https',
    };
    await (await connect(own.url, undefined, { headers })).close();
    await own.stop();
    expect((await refusedHandshake(server.url, headers)).status).toBe(403);
  });
});

describe('a handshake', () => {
  const HANDSHAKE = `Connection: Upgrade
Upgrade: websocket
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
Sec-WebSocket-Protocol: graphql-transport-ws
`;

  it('with two Authorization headers is refused', async () => {
    const answer = await exchange(
      server.url,
      `GET /graphql HTTP/1.1\nHost: ${host()}\n${HANDSHAKE}Authorization: Bearer a\nAuthorization: Bearer b\n\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"reason":"authorization"');
  });

  it('elsewhere is a 404 in the shape of any other', async () => {
    const answer = await exchange(
      server.url,
      `GET /elsewhere HTTP/1.1\nHost: ${host()}\n${HANDSHAKE}\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).toContain('"reason":"url"');
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('with a slash at the end, or a query, is one too', async () => {
    for (const path of ['/graphql/', '/graphql?access_token=x']) {
      const { hostname, port } = new URL(server.url);
      const stream = connectTcp(Number(port), hostname);
      stream.write(
        `GET ${path} HTTP/1.1\nHost: ${host()}\n${HANDSHAKE}\n`.replaceAll('\n', '\r\n'),
      );
      const [chunk] = (await once(stream, 'data')) as [Buffer];
      expect(chunk.toString()).toMatch(/^HTTP\/1.1 101 /);
      stream.destroy();
    }
  });

  it.each([
    ['a bad key', HANDSHAKE.replace(/Key: .*/, 'Key: short')],
    ['no key', HANDSHAKE.replace(/Sec-WebSocket-Key: .*\n/, '')],
    ['an old version', HANDSHAKE.replace('Version: 13', 'Version: 7')],
    ['a subprotocol that is none', HANDSHAKE.replace('graphql-transport-ws', ',')],
  ])('with %s is refused in the shape of any other request', async (_what, handshake) => {
    const answer = await exchange(
      server.url,
      `GET /graphql HTTP/1.1\nHost: ${host()}\n${handshake}\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('sec-websocket-version: 13, 8');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', reason: 'upgrade' } }],
    });
  });

  it('whose connection breaks right away is forgotten', async () => {
    const { hostname, port } = new URL(server.url);
    for (let i = 0; i < 20; i += 1) {
      const stream = connectTcp(Number(port), hostname);
      stream.write(`GET /graphql HTTP/1.1\r\nHost: x\r\n${HANDSHAKE.replaceAll('\n', '\r\n')}\r\n`);
      if (i % 2 === 0) await once(stream, 'data');
      stream.resetAndDestroy();
    }
    await (await connect(server.url)).close();
    expect(server.log()).not.toMatch(/"level":(50|60)/);
  });

  it('is told why the server is not ready, in a way to try again', async () => {
    const own = await startTestServer();
    const stopping = own.stop();
    const refused = refusedHandshake(own.url, {}).catch(() => undefined);
    expect([503, undefined]).toContain((await refused)?.status);
    await stopping;
  });
});

describe('a request that offers another protocol', () => {
  const BODY = JSON.stringify({ query: '{ __typename }' });

  it.each(['h2c', 'websocket'])('is answered as it is when it is a POST: %s', async (upgrade) => {
    const sent = request(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        connection: 'Upgrade, HTTP2-Settings',
        upgrade,
        'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA',
        'content-type': 'application/json',
        'content-length': BODY.length,
      },
    });
    // The body comes later than its head.
    sent.flushHeaders();
    setTimeout(() => sent.end(BODY), 50);
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
    let text = '';
    for await (const chunk of response) text += chunk.toString();
    expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query' } });
  });

  it('is answered too when its body came along with its head, and so is the one after it', async () => {
    const post = (connection: string) =>
      `POST /graphql HTTP/1.1\nHost: ${host()}\nContent-Type: application/json\nContent-Length: ${BODY.length}\n${connection}\n\n${BODY}`;
    const answer = await exchange(
      server.url,
      post('Connection: Upgrade\nUpgrade: h2c') + post('Connection: close'),
    );
    expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  });

  it('is answered as it is when it is a GET', async () => {
    const answer = await exchange(
      server.url,
      `GET /healthz HTTP/1.1\nHost: ${host()}\nConnection: Upgrade\nUpgrade: h2c\n\nGET /healthz HTTP/1.1\nHost: ${host()}\nConnection: close\n\n`,
    );
    expect(answer.match(/"healthy":true/g)).toHaveLength(2);
  });
});
