import { audited } from '../../support/audit.js';
import { TestClock } from '../../support/clock.js';
import { createTestDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { PASSWORD, codeOf, countHashes, logInFrom, makeAccount } from './support.js';

const clock = new TestClock();
let database: TestDatabase;
let nodes: TestServer[];
let counts: (() => number)[];
beforeAll(async () => {
  database = await createTestDatabase();
  const options = { clock, database, env: { TRUST_PROXY: 'true' } };
  nodes = [await startTestServer(options)];
  nodes.push(...(await Promise.all([startTestServer(options), startTestServer(options)])));
  counts = nodes.map(countHashes);
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await database.drop();
});

const hashes = () => counts.reduce((sum, count) => sum + count(), 0);
const everywhere = (times: number, given: (at: number) => Parameters<typeof logInFrom>[1]) =>
  Promise.all(Array.from({ length: times }, (_, at) => logInFrom(nodes[at % 3]!.url, given(at))));

describe('three nodes that are asked at once', () => {
  it('compare ten of 1,000 wrong passwords for one account from one address', async () => {
    const email = 'ada@example.com';
    await makeAccount(nodes[0]!, email);
    hashes();
    const answers = await everywhere(1_000, () => ({ email, from: '192.0.2.1' }));
    const codes = answers.map(codeOf);
    expect(hashes()).toBe(10);
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(990);
    const refusals = await audited(database, 'session.refused');
    expect(refusals).toHaveLength(11);
    clock.advance(1_000);
    const right = { email, password: PASSWORD, from: '192.0.2.1' };
    expect(codeOf(await logInFrom(nodes[2]!.url, right))).toBe('signed in');
  }, 120_000);

  it('compare thirty, where each came from another address', async () => {
    const email = 'bea@example.com';
    await makeAccount(nodes[0]!, email);
    hashes();
    await everywhere(90, (at) => ({ email, from: `198.51.100.${at}` }));
    expect(hashes()).toBeLessThanOrEqual(30);
  });
});
