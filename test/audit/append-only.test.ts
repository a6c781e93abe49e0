import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const DAY = 86_400_000;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { AUDIT_RETENTION: '400d' } });
});
afterAll(() => server.stop());

const insert = (...ages: number[]) =>
  server.database.query(
    `INSERT INTO audit_events (id, at, type, detail)
     SELECT gen_random_uuid(), clock_timestamp() - age * interval '1 millisecond', 'test', age
     FROM unnest($1::float8[]) age`,
    [ages],
  );
const left = async (): Promise<number[]> => {
  const text = "SELECT detail FROM audit_events WHERE type = 'test' ORDER BY at DESC";
  const rows = await server.database.query<{ detail: string }>(text);
  return rows.map(({ detail }) => Number(detail) / DAY);
};
const forget = async (older: string, batch: number) => {
  const text = 'SELECT forget_audit_events($1, $2) AS deleted';
  const [row] = await server.database.query<{ deleted: number }>(text, [older, batch]);
  return row?.deleted;
};

describe('an event of the audit log', () => {
  beforeAll(() => insert(DAY, 31 * DAY, 399 * DAY, 401 * DAY));

  it.each([
    "UPDATE audit_events SET detail = 'nothing happened'",
    'UPDATE audit_events SET ended = 0 WHERE false',
    'DELETE FROM audit_events',
    "DELETE FROM audit_events WHERE at < now() - interval '400 days'",
    'TRUNCATE audit_events',
    "MERGE INTO audit_events USING (SELECT 1) one ON type = 'test' WHEN MATCHED THEN DELETE",
  ])('is safe from its owner: %s', async (statement) => {
    await expect(server.database.query(statement)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('audit_events is append-only'),
    });
    expect(await left()).toEqual([1, 31, 399, 401]);
  });

  it('is deleted by the clean-up when AUDIT_RETENTION is over', async () => {
    expect(await server.node.cleanUp()).toBe(1);
    expect(await left()).toEqual([1, 31, 399]);
  });

  it('stays for 30 days whatever the database is told, and goes in bounded steps', async () => {
    await insert(32 * DAY, 33 * DAY);
    expect(await forget('0 days', 2)).toBe(2);
    expect(await left()).toEqual([1, 31, 32]);
    expect(await forget('-1 day', 1_000)).toBe(2);
    expect(await forget('-1 day', 1_000)).toBe(0);
    expect(await left()).toEqual([1]);
  });

  it('is safe from one who says what the clean-up says', async () => {
    const statement = `DO $$ BEGIN
      PERFORM set_config('portcullis.forgets_audit_events', 'yes', true);
      DELETE FROM audit_events;
    END $$`;
    await expect(server.database.query(statement)).rejects.toMatchObject({ code: '42501' });
    expect(await left()).toEqual([1]);
  });
});
