import { disableUser } from '../../../src/services/index.js';
import { startServerBehindProxy } from '../../support/behind-proxy.js';
import type { ServerBehindProxy } from '../../support/behind-proxy.js';
import { TestClock } from '../../support/clock.js';
import { post } from '../../support/post.js';
import { PASSWORD, countHashes, makeAccount } from './support.js';

let server: ServerBehindProxy;
let hashes: () => number;
beforeAll(async () => {
  server = await startServerBehindProxy({ clock: new TestClock() });
  hashes = countHashes(server);
  await makeAccount(server, 'known@example.com');
  const id = await makeAccount(server, 'disabled@example.com');
  await disableUser(server.node.deps, undefined, { id });
});
afterAll(() => server.stop());

const QUERY = `mutation ($input: LoginInput!) { login(input: $input) { accessToken } }`;

const LIMITING = /password_attempts|known_places|rate_limits/;

/** Everything that the client and the database see of a log-in. */
async function seen(email: string, password = 'not the password at all') {
  server.proxy.statements.length = 0;
  hashes();
  const input = { email, password };
  const answer = await post(server.url, JSON.stringify({ query: QUERY, variables: { input } }));
  const { status, text } = answer;
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  // Account and address are counted side by side, on two connections.
  const limiting = server.proxy.statements.filter((each) => LIMITING.test(each)).sort();
  const statements = server.proxy.statements.filter((each) => !LIMITING.test(each));
  return { status, text, headers, limiting, statements, hashes: hashes() };
}

describe('an unknown user, a wrong password, and a disabled account with a wrong password', () => {
  it('get the same bytes for the same statements, in the same order, and the same hash', async () => {
    await seen('warm-up@example.com');
    const unknown = await seen('nobody@example.com');
    expect(unknown).toMatchObject({ status: 200, hashes: 1 });
    expect(unknown.text).toContain('INVALID_CREDENTIALS');
    expect(await seen('known@example.com')).toEqual(unknown);
    expect(await seen('disabled@example.com')).toEqual(unknown);
  });

  it('do so too when they have failed before, and when they have to wait', async () => {
    const all = ['nobody@example.com', 'known@example.com', 'disabled@example.com'];
    for (let at = 2; at <= 13; at += 1) {
      const each = [];
      for (const email of all) each.push(await seen(email));
      expect(each).toEqual(Array(3).fill(each[0]));
    }
  }, 60_000);
});

it('a log-in costs two statements more at once, and four or five when it succeeds', async () => {
  expect((await seen('new@example.com')).limiting).toHaveLength(2);
  await makeAccount(server, 'other@example.com');
  expect((await seen('other@example.com', PASSWORD)).limiting).toHaveLength(5);
  expect((await seen('other@example.com', PASSWORD)).limiting).toHaveLength(4);
});
