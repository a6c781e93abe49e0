import { TestClock } from '../support/clock.js';
import { login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { listSessions, revokeAllSessions } from '../../src/services/index.js';

const DAY = 86_400_000;
const clock = new TestClock();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ clock, env: { SESSION_RETENTION: '30d' } });
});
afterAll(() => server.stop());

/** Why each session that is listed has ended, newest first. */
const listed = async () => {
  const { edges } = await listSessions(server.node.deps, { first: 100 });
  return edges.map(({ node }) => node.endedReason);
};
const revocations = () => server.database.query('SELECT 1 FROM revocations');

describe('clean-up', () => {
  it('leaves live sessions alone', async () => {
    await login(server.url, ADMIN.email, ADMIN.password);
    expect(await server.node.cleanUp()).toBe(0);
    expect(await listed()).toEqual([null]);
  });

  it('forgets revocations when no token lives that they could stop', async () => {
    await revokeAllSessions(server.node.deps, undefined, { reason: 'a drill' });
    await server.node.cleanUp();
    expect(await revocations()).toHaveLength(1);
    clock.advance(6 * 60_000);
    await server.node.cleanUp();
    expect(await revocations()).toHaveLength(0);
    expect(await listed()).toEqual(['revoked']);
  });

  it('forgets sessions that ended long ago, and when they have expired too', async () => {
    await register(server.url, 'old@example.com', 'a long password');
    clock.advance(40 * DAY);
    await server.node.cleanUp();
    expect((await listed())[0]).toBe('expired');
    clock.advance(82 * DAY);
    await server.node.cleanUp();
    expect(await listed()).toEqual([]);
  });
});
