import { TestClock } from '../support/clock.js';
import { login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import type { Executor } from '../../src/database/index.js';
import { PostgresSessionStore, RevocationStore } from '../../src/stores/index.js';
import { systemClock } from '../../src/support/clock.js';
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
/** Of these tables, by this connection, since it last reported. */
const rowsRead = async (trx: Executor): Promise<number> => {
  const { rows } = await trx.raw<{ rows: { read: number }[] }>(
    `SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::integer AS read
     FROM pg_stat_xact_user_tables WHERE relname IN ('sessions', 'revocations', 'audit_events')`,
  );
  return rows[0]?.read ?? NaN;
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

  it('reads hardly a row where nothing is due', async () => {
    const { deps } = server.node;
    // By the database's clock, which changes from row to row; a test's clock is a constant to the planner.
    const sessions = new PostgresSessionStore(deps.database, systemClock, { retention: DAY });
    const revocationStore = new RevocationStore(systemClock);
    const { user } = await register(server.url, 'many@example.com', 'a long password');
    await server.database.query(
      `INSERT INTO sessions (id, user_id, device_id, created_at, authenticated_at, last_used_at,
         expires_at, max_expires_at, token_epoch, global_epoch, secret)
       SELECT gen_random_uuid(), $1, n::text, $2, $2, $2, $3, $3, 0,
         (SELECT max(epoch) FROM global_epochs), '' FROM generate_series(1, 100) AS n`,
      [user.id, clock.forDatabase(), new Date(clock.now() + DAY)],
    );
    await server.database.query(
      `INSERT INTO audit_events (id, at, type)
       SELECT gen_random_uuid(), now(), 'session.started' FROM generate_series(1, 100)`,
      [],
    );
    await server.database.query(
      `INSERT INTO revocations (at, kind, session_ids, reason)
       SELECT $1, 'sessions', '{}', 'SESSION_REVOKED' FROM generate_series(1, 100)`,
      [clock.forDatabase()],
    );
    const read = await deps.database.transaction(async (trx) => {
      // The planner of a small table would read it whole.
      await trx.raw('SET LOCAL enable_seqscan = off');
      const before = await rowsRead(trx);
      await sessions.cleanUp(trx, 1_000);
      await revocationStore.forget(trx, DAY, 1_000);
      await deps.audit.forget(trx, 400 * DAY, 1_000);
      return (await rowsRead(trx)) - before;
    });
    // A join may fetch one before it finds that there is nothing to join it with.
    expect(read).toBeLessThan(10);
  });
});
