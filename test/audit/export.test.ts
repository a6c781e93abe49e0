import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { answerOf, portcullis, rowsOf, spawnPortcullis, spawned } from '../cli/support.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { exportAuditEvents } from '../../src/stores/index.js';
import type { ExportedEvent } from '../../src/stores/index.js';
import { Database } from '../../src/database/index.js';

const NUMBER = 2_500;
let database: TestDatabase;
let store: Database;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  store = new Database(database.url);
  env = { DATABASE_URL: database.url };
  await portcullis(['user', 'add', '--email', 'ada@example.com'], env);
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** Many at the same microsecond, so that pages end within it. */
const INSERT = `INSERT INTO audit_events (id, at, type, detail)
  SELECT gen_random_uuid(), timestamptz '2020-01-01' + (n / 1000) * interval '1 microsecond', 'many', n
  FROM generate_series(1, $1::int) n`;

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const all = async (filter = {}): Promise<ExportedEvent[]> => {
  const events: ExportedEvent[] = [];
  for await (const event of exportAuditEvents((work) => store.read(work), filter)) {
    events.push(event);
  }
  return events;
};

describe('portcullis audit export', () => {
  it('writes a line of JSON for each event, with all that there is', async () => {
    const ended = await spawned(['audit', 'export'], env);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [{ id: userId } = { id: '' }] = await database.query<{ id: string }>(
      'SELECT id FROM users',
    );
    const told = { id: expect.any(String), at: expect.stringMatching(/^20.*Z$/), actorId: null };
    const nothing = { sessionId: null, ip: null, ended: 0 };
    expect(lines(ended.stdout)).toEqual([
      { ...told, type: 'key.created', userId: null, ...nothing, detail: expect.any(String) },
      { ...told, type: 'user.created', userId, ...nothing, detail: null },
    ]);
  });

  it('takes a type, a user, and times or how long ago', async () => {
    const of = async (...args: string[]) => {
      const { stdout } = await portcullis(['audit', 'export', ...args], env);
      return stdout === '' ? [] : lines(stdout).map(({ type }) => type);
    };
    const asked = await Promise.all([
      of('--user', 'ada@example.com', '--since', '1h', '--until', '2999-01-01T00:00:00Z'),
      of('--type', 'key.created', '--until', '0s'),
      of('--until', '1h'),
    ]);
    expect(asked).toEqual([['user.created'], ['key.created'], []]);
    const words = 'Give a time such as 2030-01-31T12:00:00Z, or how long ago: 7d.';
    const ended = await portcullis(['audit', 'export', '--since', 'noon'], env);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  });

  it('is content with a reader that has seen enough', async () => {
    await database.query(INSERT, [NUMBER]);
    const child = spawnPortcullis(['audit', 'export'], env);
    const reader = createInterface({ input: child.stdout });
    await once(reader, 'line');
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(said.replace(/^Building Portcullis…\n/, '')).toBe('');
  });
});

describe('portcullis audit list', () => {
  it('shows the newest first, as people and programs read it', async () => {
    const type = ['--type', 'many', '--limit', '1'];
    const listed = await portcullis(['audit', 'list', ...type, '--json'], env);
    const [event] = answerOf(listed) as Record<string, unknown>[];
    expect(event).toMatchObject({ type: 'many', actorId: null });
    expect(listed.stderr).toBe('There are more than 1; --limit shows them.\n');
    const [row] = rowsOf((await portcullis(['audit', 'list', ...type], env)).stdout);
    expect(row).toMatchObject({ AT: event!['at'], TYPE: 'many', DETAIL: event!['detail'] });
  });
});

describe('an export', () => {
  it('has each event once, in order, however many there are', async () => {
    const events = await all({ type: 'many' });
    expect(new Set(events.map(({ id }) => id)).size).toBe(NUMBER);
    const order = events.map(({ detail, id }) => `${Math.floor(Number(detail) / 1_000)} ${id}`);
    expect(order).toEqual([...order].sort());
  });

  it('leaves to the next what commits while it runs', async () => {
    const late = new pg.Client({ connectionString: database.url });
    await late.connect();
    const insert = `INSERT INTO audit_events (id, at, type) VALUES (gen_random_uuid(), now(), 'many')`;
    await late.query('BEGIN');
    await late.query(insert);
    const events = exportAuditEvents((work) => store.read(work), { type: 'many' });
    await events.next();
    await late.query('COMMIT');
    await late.query(insert);
    await late.end();
    let count = 1;
    for await (const _ of events) count += 1;
    expect(count).toBe(NUMBER);
    expect(await all({ type: 'many' })).toHaveLength(NUMBER + 2);
  });

  it('has what was restored from a dump of a cluster that had done more', async () => {
    await database.query(
      `INSERT INTO audit_events (id, at, type, xid)
       VALUES (gen_random_uuid(), '2020-03-01', 'restored', '9000000000')`,
    );
    expect(await all({ type: 'restored' })).toHaveLength(1);
  });
});
