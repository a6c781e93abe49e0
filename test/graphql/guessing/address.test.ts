import { TestClock } from '../../support/clock.js';
import { ask } from '../../support/client.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { PASSWORD, codeOf, countHashes, logInFrom, makeAccount } from './support.js';

let server: TestServer;
let hashes: () => number;
beforeAll(async () => {
  // Addresses are counted by the machine's own clock; that of accounts stands still.
  server = await startTestServer({ clock: new TestClock(), env: { TRUST_PROXY: 'true' } });
  hashes = countHashes(server);
});
afterAll(() => server.stop());

let named = 0;
/** So many failures, each at another account; no hash is computed. Answers how many were let through. */
const failures = async (times: number, ip: string): Promise<number> => {
  const { attempts } = server.node.deps;
  const one = async () => {
    const guesser = { email: `nobody${++named}@example.com`, ip, device: null };
    try {
      await attempts.guess(guesser, () => Promise.resolve({ correct: false }));
      return 1;
    } catch {
      return 0;
    }
  };
  let through = 0;
  for (let at = 0; at < times; at += 20) {
    const some = await Promise.all(Array.from({ length: 20 }, one));
    through += some.filter(Boolean).length;
  }
  return through;
};
const register = (email: string, from: string) => {
  const query = 'mutation ($input: RegisterInput!) { register(input: $input) { expiresIn } }';
  const variables = { input: { email, password: PASSWORD } };
  return ask(server.url, query, { variables, headers: { 'x-forwarded-for': from } });
};

describe('an address from which passwords fail at many accounts', () => {
  it('is not closed by 300 that fail within seconds', async () => {
    expect(await failures(300, '192.0.2.1')).toBe(300);
    await makeAccount(server, 'ada@example.com');
    const right = { email: 'ada@example.com', password: PASSWORD, from: '192.0.2.1' };
    expect(codeOf(await logInFrom(server.url, right))).toBe('signed in');
  });

  it('is slowed down after 600 in an hour, for new accounts and others, and never for one known there', async () => {
    const from = '192.0.2.2';
    for (const name of ['known', 'new']) await makeAccount(server, `${name}@example.com`);
    const known = { email: 'known@example.com', password: PASSWORD, from };
    expect(codeOf(await logInFrom(server.url, known))).toBe('signed in');
    const through = await failures(700, from);
    expect(through).toBeGreaterThanOrEqual(600);
    expect(through).toBeLessThan(650);
    hashes();
    const refusals = await Promise.all(
      [1, 2, 3].map((at) => logInFrom(server.url, { email: `new${at}@example.com`, from })),
    );
    const refusal = refusals.find((answer) => codeOf(answer) === 'RATE_LIMITED');
    expect(hashes()).toBeLessThan(3);
    expect(refusal?.errors?.[0]?.extensions['retryAfter']).toBeLessThanOrEqual(6);
    expect(codeOf(await logInFrom(server.url, known))).toBe('signed in');
    const elsewhere = { ...known, email: 'new@example.com', from: '192.0.2.3' };
    expect(codeOf(await logInFrom(server.url, elsewhere))).toBe('signed in');
  });

  it('is a whole /64 where it is of IPv6', async () => {
    await failures(640, '2001:db8:1:2::1');
    const at = (from: string) => logInFrom(server.url, { email: `${from}@example.com`, from });
    const neighbours = ['2001:db8:1:2::a', '2001:db8:1:2:ffff::b', '2001:db8:1:2:3:4:5:6'];
    const codes = (await Promise.all(neighbours.map(at))).map(codeOf);
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(1);
    expect(codeOf(await at('2001:db8:1:3::a'))).toBe('INVALID_CREDENTIALS');
  });

  it('may register no more either, and what succeeds is given back', async () => {
    const from = '192.0.2.4';
    for (let at = 0; at < 3; at += 1) {
      expect(codeOf(await register(`new.${at}@example.org`, from))).toBe('signed in');
    }
    expect(await failures(600, from)).toBe(600);
    const codes = [];
    for (let at = 0; at < 3; at += 1) codes.push(codeOf(await register('new.0@example.org', from)));
    expect(codes).toContain('RATE_LIMITED');
  });
});

it('an address that a client only claims is not believed where nobody is trusted', async () => {
  const other = await startTestServer({ clock: new TestClock() });
  try {
    const email = 'somebody@example.com';
    const codes = [];
    for (let at = 0; at < 12; at += 1) {
      codes.push(codeOf(await logInFrom(other.url, { email, from: `198.51.100.${at}` })));
    }
    expect(codes.slice(10)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  } finally {
    await other.stop();
  }
});
