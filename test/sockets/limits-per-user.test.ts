import { login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, openSocket, refusedHandshake } from '../support/socket.js';
import type { RawSocket } from '../support/socket.js';
import { until } from '../support/until.js';
import { startLimited } from './limited.js';
import type { Limited } from './limited.js';

let server: TestServer;
let own: Limited;
let admin: string;
let ada: string;
beforeAll(async () => {
  server = await startTestServer();
  own = await startLimited(server.node, {
    ...{ socketsOfNobody: 3, socketsOfUser: 2, subscriptionsOfUser: 3 },
  });
  admin = (await login(server.url, ADMIN.email, ADMIN.password)).accessToken;
  const password = 'a password of some length';
  ada = (await register(server.url, 'ada@example.com', password)).accessToken;
});
afterAll(async () => {
  await own.stop();
  await server.stop();
});

const closeAll = (sockets: readonly RawSocket[]) =>
  Promise.all(sockets.map((socket) => socket.close()));
const connected = async (accessToken: string) => {
  const socket = await connect(own.url, { accessToken }).catch(() => undefined);
  return socket;
};

describe('a user', () => {
  it('has so many sockets and no more, whatever others have, and again when one has closed', async () => {
    const sockets = [
      await connect(own.url, { accessToken: ada }),
      await connect(own.url, { accessToken: ada }),
    ];
    const third = await openSocket(own.url);
    third.send({ type: 'connection_init', payload: { accessToken: ada } });
    expect(await third.closed).toEqual({ code: 4429, reason: 'Too many requests' });
    expect(third.messages).toEqual([]);
    sockets.push(await connect(own.url, { accessToken: admin }));
    await sockets.shift()?.close();
    await until(async () => {
      const again = await connected(ada);
      if (again) sockets.push(again);
      return again !== undefined;
    });
    await closeAll(sockets);
  });

  it('has so many subscriptions on all sockets together, and again when one is over', async () => {
    const sockets = [
      await connect(own.url, { accessToken: admin }),
      await connect(own.url, { accessToken: admin }),
    ];
    const [one, other] = sockets as [RawSocket, RawSocket];
    for (const id of ['a', 'b']) one.subscribe(id, 'subscription { sessionEnded { at } }');
    // Answered after the two before it.
    expect((await one.ask('{ __typename }')).errors).toBeUndefined();
    other.subscribe('c', 'subscription { auditEvents { id } }');
    other.subscribe('d', 'subscription { auditEvents { id } }');
    expect(await other.next()).toMatchObject({
      id: 'd',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS' } }],
    });
    // What is refused for another reason takes no place.
    other.subscribe('e', 'subscription { nothing }');
    expect((await other.next()).payload[0].extensions.code).toBe('BAD_USER_INPUT');
    one.send({ type: 'complete', id: 'a' });
    expect((await one.ask('{ __typename }')).errors).toBeUndefined();
    other.subscribe('f', 'subscription { sessionEnded { at } }');
    expect((await other.ask('{ __typename }')).errors).toBeUndefined();
    await closeAll(sockets);
  });
});

describe('an address', () => {
  const headers = { 'x-address': '192.0.2.1' };

  it('has so many sockets of nobody; those of users are not among them', async () => {
    const sockets = [
      await connect(own.url, {}, { headers }),
      await openSocket(own.url, { headers }),
      await openSocket(own.url, { headers }),
    ];
    expect(await refusedHandshake(own.url, headers)).toMatchObject({
      status: 429,
      errors: [{ extensions: { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS' } }],
    });
    sockets.push(await connect(own.url, {}, { headers: { 'x-address': '192.0.2.2' } }));
    sockets[1]?.send({ type: 'connection_init', payload: { accessToken: ada } });
    await sockets[1]?.next();
    sockets.push(await openSocket(own.url, { headers }));
    await closeAll(sockets);
  });
});
