import { once } from 'node:events';
import { LIMITS } from '../../src/server/sockets/limits.js';
import type { SocketLimits } from '../../src/server/sockets/limits.js';
import { login } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, openSocket, refusedHandshake } from '../support/socket.js';
import { until } from '../support/until.js';
import { startLimited } from './limited.js';
import type { Limited } from './limited.js';

let server: TestServer;
let accessToken: string;
const apps: Limited[] = [];
beforeAll(async () => {
  server = await startTestServer();
  ({ accessToken } = await login(server.url, ADMIN.email, ADMIN.password));
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const app of apps.splice(0)) await app.stop();
});
afterAll(() => server.stop());

/** The real node behind sockets with tighter limits. */
async function limited(limits: Partial<SocketLimits>): Promise<Limited> {
  const own = await startLimited(server.node, limits);
  apps.push(own);
  return own;
}

const SLOW =
  'mutation { login(input: { email: "nobody@example.com", password: "x" }) { expiresIn } }';

/** Holds every log-in until it is let go. */
function holdLogIns(): () => void {
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  jest.spyOn(server.node.deps.hasher, 'verify').mockImplementation(async () => {
    await held;
    return false;
  });
  return go;
}

describe('a server', () => {
  it('takes so many sockets and no more, and others when some have left', async () => {
    const { url } = await limited({ sockets: 2 });
    const first = await connect(url);
    const second = await connect(url);
    expect(await refusedHandshake(url, {})).toMatchObject({
      status: 429,
      errors: [
        { extensions: { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', retryAfter: 1 } },
      ],
    });
    await first.close();
    await until(async () => {
      const third = await openSocket(url).catch(() => undefined);
      await third?.close();
      return third !== undefined;
    });
    await second.close();
  });
});

describe('a socket', () => {
  it('does so many things at once and no more, subscriptions included', async () => {
    const { url } = await limited({ operations: 3 });
    const socket = await connect(url, { accessToken });
    const go = holdLogIns();
    socket.subscribe('a', 'subscription { sessionEnded { at } }');
    socket.subscribe('b', 'subscription { auditEvents { id } }');
    socket.subscribe('c', SLOW);
    socket.subscribe('d', '{ __typename }');
    const refused = {
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS' } }],
    };
    expect(await socket.next()).toMatchObject({ id: 'd', ...refused });
    go();
    expect((await socket.next()).id).toBe('c');
    expect(await socket.next()).toEqual({ id: 'c', type: 'complete' });
    socket.subscribe('e', '{ __typename }');
    expect((await socket.next()).payload).toEqual({ data: { __typename: 'Query' } });
    await socket.next();
    socket.subscribe('f', 'subscription { sessionEnded { at } }');
    await socket.ask('{ __typename }').catch(() => undefined);
    socket.send({ type: 'complete', id: 'a' });
    await until(async () => (await socket.ask('{ __typename }')).data !== undefined);
    await socket.close();
  });

  it('that begins and leaves operations under one id is held to the same number', async () => {
    const { url } = await limited({ operations: 3 });
    const socket = await connect(url);
    const go = holdLogIns();
    for (let round = 0; round < 10; round += 1) {
      socket.subscribe('same', SLOW);
      socket.send({ type: 'complete', id: 'same' });
    }
    socket.subscribe('last', '{ __typename }');
    expect(await socket.next()).toMatchObject({ id: 'last', type: 'error' });
    const verify = server.node.deps.hasher.verify as jest.Mock;
    await until(() => verify.mock.calls.length === 3);
    go();
    await socket.close();
  });

  it('whose peer has died without a word is cut', async () => {
    const { url } = await limited({ heartbeat: 200 });
    const dead = await connect(url);
    const alive = await connect(url);
    // As if the cable had been pulled: nothing is read, so no ping is answered.
    dead.stream.pause();
    const [end] = await Promise.race([
      once(dead.stream, 'close'),
      once(alive.socket, 'ping').then(async () => {
        for (let pings = 0; pings < 5; pings += 1) await once(alive.socket, 'ping');
        return ['pinged'];
      }),
    ]);
    expect(end).toBe('pinged');
    expect((await alive.ask('{ __typename }')).errors).toBeUndefined();
    dead.stream.resume();
    expect((await dead.closed).code).toBe(1006);
    await alive.close();
  });

  it('that goes on asking and takes no answers is not listened to until it does', async () => {
    const { url } = await limited({ untaken: 64 * 1024, heartbeat: 60_000 });
    const socket = await connect(url);
    const { stream } = socket;
    stream.pause();
    const payload = { x: 'x'.repeat(50_000) };
    // Until the network itself is full, because the other end does not read.
    for (let taken = -1; taken !== stream.bytesWritten - stream.writableLength;) {
      taken = stream.bytesWritten - stream.writableLength;
      for (let sent = 0; sent < 100; sent += 1) socket.send({ type: 'ping', payload });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(stream.writableLength).toBeGreaterThan(0);
    stream.resume();
    await until(() => stream.writableLength === 0, 20_000);
    expect((await socket.next()).type).toBe('pong');
    socket.socket.terminate();
  });

  it('that floods the server with pings is cut', async () => {
    const { url } = await limited({});
    const socket = await connect(url);
    for (let sent = 0; sent < 100_000 && socket.socket.readyState === 1; sent += 1) {
      socket.socket.ping('x'.repeat(100));
      if (sent % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await socket.closed).code).toBe(1006);
  });

  it('that does not answer a close is cut', async () => {
    const { url, sockets } = await limited({ handshake: 200 });
    const socket = await connect(url);
    socket.stream.pause();
    const started = performance.now();
    await sockets.drain();
    expect(performance.now() - started).toBeGreaterThan(150);
    socket.stream.resume();
    await socket.closed;
  });
});

describe('when the server stops', () => {
  it('what is under way is answered before the socket closes with 1001, and nothing new begins', async () => {
    const { url, sockets } = await limited({});
    const socket = await connect(url, { accessToken });
    const go = holdLogIns();
    const { verify } = server.node.deps.hasher;
    socket.subscribe('stream', 'subscription { sessionEnded { at } }');
    socket.subscribe('1', SLOW);
    await until(() => (verify as jest.Mock).mock.calls.length === 1);
    const stopped = sockets.drain();
    socket.subscribe('2', SLOW);
    socket.send({ type: 'ping' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(socket.messages).toHaveLength(1);
    go();
    await stopped;
    // The stream is not completed: its client takes it up elsewhere.
    expect((await socket.rest()).map(({ id, type }) => [id, type])).toEqual([
      ['1', 'next'],
      ['1', 'complete'],
    ]);
    expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it('what does not end in time is not waited for', async () => {
    const patience = { ...LIMITS.patience, stopping: 100 };
    const { url, sockets } = await limited({ patience });
    const socket = await connect(url);
    const go = holdLogIns();
    socket.subscribe('1', SLOW);
    await until(() => (server.node.deps.hasher.verify as jest.Mock).mock.calls.length === 1);
    await sockets.drain();
    expect((await socket.closed).code).toBe(1001);
    go();
  });
});
