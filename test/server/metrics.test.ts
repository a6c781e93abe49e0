import { TestClock } from '../support/clock.js';
import { ask, login, register } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { createTestDatabase } from '../support/database.js';

let server: TestServer;
const clock = new TestClock();
beforeAll(async () => {
  server = await startTestServer({ clock, env: { METRICS_PORT: '0' } });
});
afterAll(() => server.stop());

async function metric(name: string): Promise<number | undefined> {
  const text = await (await fetch(server.metricsUrl!)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
const decisions = async (source: string) =>
  (await metric(`portcullis_decision_staleness_seconds_count{source="${source}"}`)) ?? 0;

describe('the metrics', () => {
  it('are on a port of their own, and nowhere else', async () => {
    expect(new URL(server.metricsUrl!).port).not.toBe(new URL(server.url).port);
    expect((await fetch(server.metricsUrl!)).headers.get('content-type')).toContain('text/plain');
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    expect((await fetch(server.metricsUrl!.replace('/metrics', '/'))).status).toBe(404);
  });

  it('tell by which source each guarded field was passed', async () => {
    const { accessToken: token } = await register(server.url, 'ada@example.com', 'a long password');
    const before = [await decisions('mark'), await decisions('store'), await decisions('issue')];
    await ask(server.url, '{ a: me { id } b: me { id } }', { token });
    await ask(server.url, '{ mySessions { id } }', { token });
    const passed = [await decisions('mark'), await decisions('store'), await decisions('issue')];
    const rise = passed.map((count, at) => count - before[at]!);
    expect(rise[1]).toBe(1);
    expect(rise[0]! + rise[2]!).toBe(2);
  });

  it('tell nothing of fields that were refused', async () => {
    const before = await decisions('store');
    await ask(server.url, '{ me { id } mySessions { id } }');
    expect(await decisions('store')).toBe(before);
  });

  it('tell the age of the feed, and what the node remembers', async () => {
    expect(await metric('portcullis_feed_age_seconds')).toBe(0);
    expect(await metric('portcullis_denylist_entries')).toBe(0);
    const { accessToken: token, session } = await login(server.url, ADMIN.email, ADMIN.password);
    await ask(server.url, `mutation { revokeSession(id: "${session.id}") { id } }`, { token });
    expect(await metric('portcullis_denylist_entries')).toBe(1);
  });
});

it('a server without METRICS_PORT has none', async () => {
  const plain = await startTestServer({ database: server.database });
  expect(plain.metricsUrl).toBeUndefined();
  await plain.stop();
});

it('a port that is taken is one clear error', async () => {
  const database = await createTestDatabase();
  const { port } = new URL(server.metricsUrl!);
  await expect(startTestServer({ database, env: { METRICS_PORT: port } })).rejects.toThrow(
    `Cannot serve metrics on 127.0.0.1:${port}: EADDRINUSE.`,
  );
  await database.drop();
});
