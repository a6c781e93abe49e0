import { ask, login } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { post, send } from '../support/post.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const servers = new Map<string, TestServer>();
let database: TestDatabase;
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const trust of ['false', 'true', '1']) {
    servers.set(trust, await startTestServer({ database, env: { TRUST_PROXY: trust } }));
  }
  const { url } = serverOf('false');
  ({ accessToken: token } = await login(url, ADMIN.email, ADMIN.password));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  await database.drop();
});

const serverOf = (trust: string) => servers.get(trust)!;

/** The address that a failed sign-in is written down with. */
async function addressWith(trust: string, ...headers: (readonly [string, string])[]) {
  const { url } = serverOf(trust);
  const email = `nobody-${Math.random()}@example.com`;
  const query = `mutation { login(input: { email: "${email}", password: "x" }) { expiresIn } }`;
  const before = new Date().toISOString();
  await post(url, JSON.stringify({ query }), headers);
  const found = await ask(
    url,
    'query ($since: DateTime) { auditLog(filter: { since: $since }, first: 1) { edges { node { ip } } } }',
    { token, variables: { since: before } },
  );
  return found.data?.['auditLog'].edges[0]?.node.ip as string | undefined;
}

const forwarded = (value: string) => ['x-forwarded-for', value] as const;
const HERE = '127.0.0.1';

describe('X-Forwarded-For', () => {
  it('counts for nothing where nobody is trusted', async () => {
    expect(await addressWith('false', forwarded('203.0.113.7'))).toBe(HERE);
  });

  it('counts as far as those who wrote it are trusted', async () => {
    expect(await addressWith('1', forwarded('203.0.113.7'))).toBe('203.0.113.7');
    // The proxy writes the last; what stands before was there when the request came.
    const two = [forwarded('198.51.100.1'), forwarded('203.0.113.7')] as const;
    expect(await addressWith('1', ...two)).toBe('203.0.113.7');
    const chain = forwarded(`${HERE}, ${HERE}, 203.0.113.7`);
    expect(await addressWith('1', chain)).toBe('203.0.113.7');
  });

  it('is believed to its first word where everybody is trusted', async () => {
    expect(await addressWith('true', forwarded('198.51.100.1, 203.0.113.7'))).toBe('198.51.100.1');
  });

  it('that ends in garbage leaves the address of the connection', async () => {
    expect(await addressWith('1', forwarded('203.0.113.7, garbage'))).toBe(HERE);
  });

  it('has no other name', async () => {
    const value = '203.0.113.7';
    const names = ['x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip'];
    const headers = names.map((name) => [name, value] as const);
    const standard = ['forwarded', `for=${value};proto=https`] as const;
    expect(await addressWith('true', standard, ...headers)).toBe(HERE);
  });
});

describe('other headers of proxies', () => {
  it.each([
    ['x-forwarded-host', 'two hosts'],
    ['x-forwarded-host', '[::1'],
  ])('are refused where they are no host: %s: %s', async (name, value) => {
    const answer = await post(serverOf('1').url, '{"query":"{ __typename }"}', [[name, value]]);
    expect(answer.status).toBe(400);
    const { url } = serverOf('false');
    expect((await post(url, '{"query":"{ __typename }"}', [[name, value]])).status).toBe(200);
  });

  it.each([
    ['x-original-url', '/healthz'],
    ['x-rewrite-url', '/healthz'],
    ['x-forwarded-prefix', '/healthz'],
    ['x-http-method-override', 'GET'],
    ['x-http-method', 'GET'],
    ['x-method-override', 'GET'],
  ])('neither change the path nor the method: %s', async (name, value) => {
    const query = '/graphql?query=%7B__typename%7D';
    const answer = await send(serverOf('true').url, {
      method: 'DELETE',
      path: query,
      headers: [[name, value]],
    });
    expect(answer.status).toBe(405);
  });
});
