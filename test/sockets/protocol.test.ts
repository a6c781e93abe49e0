import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, openSocket } from '../support/socket.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const QUERY = '{ __typename }';
const init = { type: 'connection_init' };

describe('a socket', () => {
  it('that speaks another sub-protocol is closed with 4406', async () => {
    for (const protocol of ['graphql-ws', 'soap']) {
      const socket = await openSocket(server.url, { protocol }).catch((error: unknown) => error);
      // The client's own library refuses a handshake that does not agree to what it offered.
      expect(socket).toMatchObject({ message: 'Server sent no subprotocol' });
    }
  });

  it('that offers no sub-protocol is closed with 4406', async () => {
    const { hostname, port } = new URL(server.url);
    const stream = connectTcp(Number(port), hostname);
    await once(stream, 'connect');
    stream.write(
      `GET /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    let received = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
    await once(stream, 'end');
    stream.destroy();
    const frame = received.subarray(received.indexOf('\r\n\r\n') + 4);
    expect(frame.readUInt8(0)).toBe(0x88);
    expect(frame.readUInt16BE(2)).toBe(4406);
  });

  it('that asks before it has introduced itself is closed with 4401', async () => {
    const socket = await openSocket(server.url);
    socket.subscribe('1', QUERY);
    expect(await socket.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
    expect(socket.messages).toEqual([]);
  });

  it('that introduces itself twice is closed with 4429', async () => {
    const socket = await connect(server.url);
    socket.send(init);
    expect((await socket.closed).code).toBe(4429);
  });

  it('that introduces itself as two at once is closed with 4429', async () => {
    const { accessToken } = await register(
      server.url,
      'ada@example.com',
      'a password of some length',
    );
    const socket = await openSocket(server.url);
    socket.send({ ...init, payload: { accessToken } });
    socket.send(init);
    expect((await socket.closed).code).toBe(4429);
  });

  it('that says nothing is closed with 4408', async () => {
    const socket = await openSocket(server.url);
    expect((await socket.closed).code).toBe(4408);
  });

  it('that uses an id twice at a time is closed with 4409', async () => {
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const socket = await connect(server.url, { accessToken });
    for (const id of ['1', '1']) socket.subscribe(id, 'subscription { sessionEnded { at } }');
    expect((await socket.closed).code).toBe(4409);
  });

  it.each<[string, string | object]>([
    ['no JSON', '{"type":'],
    ['a string', '"connection_init"'],
    ['null', 'null'],
    ['a list of messages', [init, init]],
    ['no type', {}],
    ['an unknown type', { type: 'start' }],
    ['a type of the server’s', { type: 'next', id: '1', payload: {} }],
    ['a subscription without an id', { type: 'subscribe', payload: { query: QUERY } }],
    ['a number as an id', { type: 'subscribe', id: 1, payload: { query: QUERY } }],
    ['no query', { type: 'subscribe', id: '1', payload: {} }],
    ['a list of operations', { type: 'subscribe', id: '1', payload: [{ query: QUERY }] }],
    [
      'variables that are a list',
      { type: 'subscribe', id: '1', payload: { query: QUERY, variables: [] } },
    ],
    ['text as parameters', { type: 'connection_init', payload: 'Bearer x' }],
    ['arrays without end', '['.repeat(90_000)],
  ])('that sends %s is closed with 4400', async (_what, message) => {
    const socket = await connect(server.url);
    socket.send(message);
    expect(await socket.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
    expect(socket.messages).toHaveLength(1);
  });

  it('answers a ping with its payload', async () => {
    const socket = await connect(server.url);
    socket.send({ type: 'ping', payload: { n: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { n: 1 } });
    socket.send({ type: 'pong' });
    await socket.close();
  });
});

describe('a frame', () => {
  /** Written past the client’s library, which would not. */
  async function written(frame: Buffer): Promise<number> {
    const socket = await connect(server.url);
    socket.stream.write(frame);
    return (await socket.closed).code;
  }

  it('that is not masked, or is of no known kind, is closed with 1002', async () => {
    expect(await written(Buffer.from([0x81, 0x02, 0x7b, 0x7d]))).toBe(1002);
    expect(await written(Buffer.from([0x83, 0x80, 0, 0, 0, 0]))).toBe(1002);
    expect(await written(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]))).toBe(1002);
  });

  it('that is not text is closed with 1007', async () => {
    expect(await written(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]))).toBe(1007);
  });

  it('that announces 20 MB is closed with 1009 before any of it arrives', async () => {
    const head = Buffer.alloc(14);
    head.writeUInt8(0x81, 0);
    head.writeUInt8(0xff, 1);
    head.writeBigUInt64BE(20n * 1024n * 1024n, 2);
    expect(await written(head)).toBe(1009);
  });
});

describe('a message', () => {
  it('of 20 MB at the introduction is refused', async () => {
    const socket = await openSocket(server.url);
    socket.send({ ...init, payload: { accessToken: 'x'.repeat(20 * 1024 * 1024) } });
    const { code } = await socket.closed;
    // Whether the close frame or the end of the connection arrives first is the network's business.
    expect([1009, 1006]).toContain(code);
    expect(socket.messages).toEqual([]);
  });

  it('may be as large as an HTTP body, and no larger; in pieces neither', async () => {
    const text = JSON.stringify({ type: 'ping', payload: { text: '' } });
    const ping = (size: number) => text.replace('""', `"${'x'.repeat(size - text.length)}"`);
    const socket = await connect(server.url);
    socket.send(ping(100 * 1024));
    expect((await socket.next()).type).toBe('pong');
    socket.send(ping(100 * 1024 + 1));
    expect((await socket.closed).code).toBe(1009);
    const other = await connect(server.url);
    other.socket.send(ping(60_000), { fin: false });
    other.socket.send('x'.repeat(60_000), { fin: true });
    expect((await other.closed).code).toBe(1009);
  });
});

describe('the server', () => {
  it('is none the worse for any of it, and has logged no error', async () => {
    const socket = await connect(server.url);
    expect(await socket.ask(QUERY)).toEqual({ data: { __typename: 'Query' } });
    await socket.close();
    expect(server.log()).not.toMatch(/"level":(50|60)/);
    expect(server.log()).toMatch(/"code":4401,"ms":\d+,"msg":"socket"/);
  });
});
