import { TestClock } from '../support/clock.js';
import { login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { revokeAllSessions } from '../../src/services/index.js';

const DAY = 86_400_000;
const clock = new TestClock();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ clock, env: { SESSION_RETENTION: '30d' } });
});
afterAll(() => server.stop());

const rows = () =>
  server.database.query<{ reason: string | null }>(
    'SELECT ended_reason AS reason FROM sessions ORDER BY id',
  );
const revocations = () => server.database.query('SELECT 1 FROM revocations');

describe('clean-up', () => {
  it('leaves live sessions alone', async () => {
    await login(server.url, ADMIN.email, ADMIN.password);
    expect(await server.node.cleanUp()).toBe(0);
    expect(await rows()).toEqual([{ reason: null }]);
  });

  it('writes down that a rise of the global epoch ended sessions', async () => {
    await revokeAllSessions(server.node.deps, undefined, { reason: 'a drill' });
    expect(await rows()).toEqual([{ reason: null }]);
    expect(await server.node.cleanUp()).toBe(1);
    expect(await rows()).toEqual([{ reason: 'revoked' }]);
  });

  it('forgets revocations when no token lives that they could stop', async () => {
    expect(await revocations()).toHaveLength(1);
    clock.advance(6 * 60_000);
    await server.node.cleanUp();
    expect(await revocations()).toHaveLength(0);
  });

  it('writes down an absolute expiry and deletes what ended long ago', async () => {
    await register(server.url, 'old@example.com', 'a long password');
    clock.advance(91 * DAY);
    await server.node.cleanUp();
    expect(await rows()).toEqual([{ reason: 'expired' }]);
    clock.advance(31 * DAY);
    expect(await server.node.cleanUp()).toBe(1);
    expect(await rows()).toEqual([]);
  });
});
