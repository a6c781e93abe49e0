import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ask, login, refresh, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import { ADMIN } from '../support/server.js';
import { connect } from '../support/socket.js';

const PASSWORD = 'a password of some length';

describe('SIGTERM under load', () => {
  it('closes sockets with 1001, answers what is in flight and loses no refresh', async () => {
    const database = await createTestDatabase();
    const node = await spawnServer(database.url);
    const other = await spawnServer(database.url);
    const users = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        register(node.url, `user${index}@example.com`, PASSWORD),
      ),
    );
    const idle = await connect(node.url, { accessToken: users[0]?.accessToken });
    idle.subscribe('end', 'subscription { sessionEnded { at } }');
    await idle.ask('{ mySessions { id } }');

    // Each user refreshes over a socket and over HTTP in turn, as fast as answers come.
    const sockets = await Promise.all(users.map(() => connect(node.url)));
    let stopping = false;
    const refreshing = users.map(async (tokens, index) => {
      let { refreshToken } = tokens;
      for (let turn = 0; !stopping || turn < 3; turn += 1) {
        const socket = sockets[index];
        const query = 'mutation ($t: String) { refresh(refreshToken: $t) { refreshToken } }';
        try {
          if (turn % 2 === 0) {
            const answer = await socket?.ask(query, { t: refreshToken });
            refreshToken = (answer?.data?.['refresh'] as Tokens).refreshToken;
          } else refreshToken = (await refresh(node.url, refreshToken)).refreshToken;
        } catch {
          break;
        }
      }
      return refreshToken;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stopped = node.stop('SIGTERM');
    stopping = true;
    const last = await Promise.all(refreshing);
    expect(await stopped).toBe(0);

    expect(await idle.closed).toEqual({ code: 1001, reason: 'Going away' });
    // Not completed: its client goes on with it elsewhere.
    expect(await idle.rest()).toEqual([]);
    for (const socket of sockets) expect((await socket.closed).code).toBe(1001);
    // Whatever each of them holds is good for another trade, on another node.
    for (const refreshToken of last) await refresh(other.url, refreshToken);
    expect(await other.stop()).toBe(0);
    await database.drop();
  }, 60_000);

  it('moves a client to another node, where its subscription goes on', async () => {
    const database = await createTestDatabase();
    const node = await spawnServer(database.url);
    const other = await spawnServer(database.url);
    const tokens = await login(other.url, ADMIN.email, ADMIN.password);
    const urls = [node.url, other.url];
    let connected = 0;
    let ready: () => void = () => undefined;
    const moved = new Promise<void>((resolve) => (ready = resolve));
    const client = createClient({
      url: () => `${(urls[Math.min(connected, 1)] ?? '').replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryWait: () => Promise.resolve(),
      connectionParams: { accessToken: tokens.accessToken },
      on: {
        connected: () => {
          connected += 1;
          if (connected === 2) ready();
        },
      },
    });
    const events = client.iterate({ query: 'subscription { sessionEnded { reason } }' });
    const next = events.next();
    const logins = client.iterate({ query: '{ me { email } }' });
    expect((await logins.next()).value).toEqual({ data: { me: { email: ADMIN.email } } });
    expect(await node.stop('SIGTERM')).toBe(0);
    await moved;
    await ask(other.url, 'mutation { logout }', { token: tokens.accessToken });
    expect((await next).value).toEqual({ data: { sessionEnded: { reason: 'SESSION_REVOKED' } } });
    expect((await events.next()).done).toBe(true);
    await client.dispose();
    await other.stop();
    await database.drop();
  }, 60_000);
});
