import pg from 'pg';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import type { ServerProcess } from '../support/process.js';
import { ADMIN } from '../support/server.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
const LOGOUT = 'mutation ($t: String) { logout(refreshToken: $t) }';

let database: TestDatabase;
let nodes: ServerProcess[];
const url = (index: number): string => nodes[index % nodes.length]?.url ?? '';
const start = (): Promise<ServerProcess> => spawnServer(database.url);

beforeAll(async () => {
  database = await createTestDatabase();
  nodes = await Promise.all([start(), start(), start()]);
}, 60_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await database.drop();
});

describe('three nodes on one database', () => {
  it('30 parallel refreshes of one token get one successor, and nobody is logged out', async () => {
    let tokens = await register(url(0), 'race@example.com', PASSWORD);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { refreshToken } = tokens;
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => refresh(url(index), refreshToken)),
      );
      expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
      tokens = answers[round % 30] as Tokens;
      expect(tokens.refreshToken).not.toBe(refreshToken);
      const token = tokens.accessToken;
      const { data } = await ask(url(round), '{ mySessions { current } }', { token });
      expect(data).toEqual({ mySessions: [{ current: true }] });
    }
    const [row] = await database.query<{ counter: number; events: string }>(
      `SELECT refresh_counter AS counter, (SELECT count(*) FROM audit_events
           WHERE type = 'session.refreshed' AND session_id = $1) AS events
         FROM sessions WHERE id = $1`,
      [tokens.session.id],
    );
    expect(row).toEqual({ counter: ROUNDS, events: String(ROUNDS) });
  }, 300_000);

  it('a logout on one is felt at once on all, by refresh and by critical fields', async () => {
    const tokens = await register(url(0), 'out@example.com', PASSWORD);
    const { accessToken: token, refreshToken } = tokens;
    const critical = async (index: number) =>
      reasons(await ask(url(index), '{ mySessions { id } }', { token }));
    for (const index of [0, 1, 2]) expect(await critical(index)).toEqual([]);
    await ask(url(0), LOGOUT, { variables: { t: refreshToken } });
    for (const index of [2, 1, 0]) {
      expect(reasons(await tryRefresh(url(index), refreshToken))).toEqual([
        'REFRESH_REJECTED/SESSION_REVOKED',
      ]);
      expect(await critical(index)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
  });

  it('a node that is killed after a refresh leaves the same successor to another', async () => {
    const { refreshToken } = await register(url(0), 'crash@example.com', PASSWORD);
    const doomed = await start();
    const lost = await refresh(doomed.url, refreshToken);
    await doomed.stop('SIGKILL');
    const retried = await refresh(url(1), refreshToken);
    expect(retried.refreshToken).toBe(lost.refreshToken);
    await refresh(url(2), retried.refreshToken);
  });

  it('a node that stops in order answers what is in flight and exits with 0', async () => {
    const node = await start();
    const { refreshToken, session } = await register(url(0), 'drain@example.com', PASSWORD);
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE', [session.id]);
    const answer = refresh(node.url, refreshToken);
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1";
    await until(async () => (await database.query(waiting, [database.name])).length > 0);
    const stopped = node.stop('SIGTERM');
    await until(() => node.output().includes('SIGTERM: stopping'));
    await holder.query('COMMIT');
    await holder.end();
    await refresh(url(1), (await answer).refreshToken);
    expect(await stopped).toBe(0);
  });
});

it('several nodes that start at once on an empty database all come up', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const name = `${database.name}_empty`;
  await client.query(`CREATE DATABASE ${name}`);
  const empty = new URL(database.url);
  empty.pathname = `/${name}`;
  const started = await Promise.all([1, 2, 3].map(() => spawnServer(empty.href)));
  const tokens = await login(started[0]?.url ?? '', ADMIN.email, ADMIN.password);
  for (const node of started) {
    const answer = await ask(node.url, '{ me { email } mySessions { current } }', {
      token: tokens.accessToken,
    });
    expect(answer.data).toEqual({ me: { email: ADMIN.email }, mySessions: [{ current: true }] });
  }
  await Promise.all(started.map((node) => node.stop()));
  await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await client.end();
}, 60_000);
