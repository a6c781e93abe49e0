import { listSigningKeys, rotateSigningKey } from '../../src/services/index.js';
import { ask, login, reasons } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let running: TestServer[];
beforeEach(async () => {
  database = await createTestDatabase();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await database.drop();
});

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startTestServer({ database, env });
  running.push(server);
  return server;
}

const DAY = 86_400_000;
const TOLERANCE = 11_000;

describe('a retired key', () => {
  it.each([
    [{ PORTCULLIS_SCHEME: 'refresh', ACCESS_TTL: '7m' }, 7 * 60_000],
    [{ PORTCULLIS_SCHEME: 'stateless' }, 60 * 60_000],
    [{ PORTCULLIS_SCHEME: 'sliding', SESSION_IDLE_TTL: '3d' }, 3 * DAY],
  ])('verifies as long as tokens live under %j', async (env, life) => {
    const { node } = await start(env);
    await rotateSigningKey(node.deps, undefined, false);
    const { signsUntil, verifiesUntil } = (await listSigningKeys(node.deps)).at(-1)!;
    expect(verifiesUntil!.getTime() - signsUntil!.getTime()).toBe(life + TOLERANCE);
  });
});

describe('where nodes follow no feed', () => {
  const env = { PORTCULLIS_SCHEME: 'stateless' };
  const me = async ({ url }: TestServer, token: string) =>
    reasons(await ask(url, '{ me { id } }', { token }));

  it('a key that is published is known everywhere by the nodes’ reports', async () => {
    const [one, two] = [await start(env), await start(env)];
    const { kid } = await rotateSigningKey(one.node.deps, undefined, false);
    await until(() => two.node.deps.keys.ring.find(kid) !== undefined, 60_000);
  }, 90_000);

  it('a rotation that revokes ends the tokens of every node, and no log-in after it is refused', async () => {
    const [one, two] = [await start(env), await start(env)];
    const old = await login(two.url, ADMIN.email, ADMIN.password);
    await rotateSigningKey(one.node.deps, undefined, true);
    const fresh = await login(one.url, ADMIN.email, ADMIN.password);
    expect(await me(two, fresh.accessToken)).toEqual([]);
    await until(async () => (await me(two, old.accessToken)).length > 0, 60_000);
    expect(await me(two, old.accessToken)).toEqual(['UNAUTHENTICATED/TOKEN_INVALID']);
  }, 120_000);
});
