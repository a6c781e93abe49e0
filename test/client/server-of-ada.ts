import { TestClock } from '../../src/testing/index.js';
import { ask, login } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ADA, createTestClient } from './support.js';

/** One for all tests of a file, with Ada on it, and what its admin does. */
export function serverOfAda() {
  const clock = new TestClock();
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ clock });
    await createTestClient(server.url).auth.register(ADA);
  });
  afterAll(() => server.stop());
  return {
    clock,
    get server() {
      return server;
    },
    get url() {
      return server.url;
    },
    revoke: async (id: string) => {
      const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
      const query = 'mutation ($id: ID!) { revokeSession(id: $id) { status } }';
      await ask(server.url, query, { token, variables: { id } });
    },
  };
}
