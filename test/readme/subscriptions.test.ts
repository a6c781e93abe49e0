import { createClient } from 'graphql-ws';
import type { ClientOptions } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ask, login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { blocksOf } from './readme.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

describe('the README’s client', () => {
  it('destroys its tokens when an admin ends its session, and is told why', async () => {
    const { accessToken, session } = await register(
      server.url,
      'ada@example.com',
      'a long password',
    );
    let connected = false;
    const clientHere = (options: ClientOptions) =>
      createClient({
        ...options,
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        on: { connected: () => (connected = true) },
      });
    const script = blocksOf('Subscriptions', 'js')
      .join('\n')
      .replace(/^import .*$/m, '');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the README's own code
    const make = new Function(
      'createClient',
      'freshAccessToken',
      `${script}\nreturn whenSessionEnds;`,
    ) as (
      create: typeof createClient,
      freshAccessToken: () => Promise<string>,
    ) => (destroyTokens: (reason: string) => void) => void;
    const whenSessionEnds = make(clientHere, () => Promise.resolve(accessToken));
    const told: string[] = [];
    whenSessionEnds((reason) => told.push(reason));
    await until(() => connected);
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    await ask(server.url, `mutation { revokeSession(id: "${session.id}") { status } }`, { token });
    await until(() => told.length > 0);
    expect(told).toEqual(['SESSION_REVOKED']);
  });
});
