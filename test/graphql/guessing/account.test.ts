import { enableUser } from '../../../src/services/index.js';
import { audited } from '../../support/audit.js';
import { ask, login, refresh } from '../../support/client.js';
import { TestClock } from '../../support/clock.js';
import { atField, refused, verdict } from '../../support/errors.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { PASSWORD, codeOf, countHashes, logInFrom, makeAccount } from './support.js';
import type { LogIn } from './support.js';

const HOME = '192.0.2.1';
const DAY = 86_400_000;

const clock = new TestClock();
let server: TestServer;
let hashes: () => number;
let count = 0;
beforeAll(async () => {
  server = await startTestServer({ clock, env: { TRUST_PROXY: 'true' } });
  hashes = countHashes(server);
});
afterAll(() => server.stop());

const attempt = async (given: LogIn) => codeOf(await logInFrom(server.url, given));
const someone = async (): Promise<string> => {
  const email = `user${++count}@example.com`;
  await makeAccount(server, email);
  return email;
};
const wrong = async (times: number, given: LogIn) => {
  const codes: string[] = [];
  for (let at = 0; at < times; at += 1) codes.push(await attempt(given));
  return codes;
};
/** Failures that have been counted before, from a place of their own each. */
const strangers = async (email: string, times: number) => {
  const { attempts } = server.node.deps;
  for (let at = 0; at < times; at += 1) {
    const guesser = { email, ip: `198.51.100.${at}`, device: null };
    await attempts.guess(guesser, () => Promise.resolve({ correct: false })).catch(() => undefined);
    clock.advance(900_000);
  }
};

describe('wrong passwords for one account from one address', () => {
  it.each(['a known', 'an unknown'])(
    'for %s one: ten are compared, however many come at once; the others are told to wait',
    async (kind) => {
      const email = kind === 'a known' ? await someone() : 'nobody@example.com';
      hashes();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => logInFrom(server.url, { email, from: HOME })),
      );
      expect(hashes()).toBe(10);
      const codes = answers.map(codeOf).sort();
      expect(codes).toEqual([
        ...Array<string>(10).fill('INVALID_CREDENTIALS'),
        ...Array<string>(40).fill('RATE_LIMITED'),
      ]);
    },
  );

  it('the right one passes after the wait, and then ten more cost nothing', async () => {
    const email = await someone();
    await wrong(10, { email, from: HOME });
    const tooMany = { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', retryAfter: 1 };
    const right = { email, password: PASSWORD, from: HOME };
    expect(verdict(await logInFrom(server.url, right))).toEqual(atField('login', tooMany));
    // What this node has just refused, it refuses before execution.
    const again = verdict(await logInFrom(server.url, right));
    expect(again).toEqual({ ...refused(429, tooMany, null), retryAfter: '1' });
    clock.advance(1_000);
    expect(await attempt(right)).toBe('signed in');
    expect(await wrong(10, { email, from: HOME })).not.toContain('RATE_LIMITED');
  });

  it('the log hears of each that was compared, and of one that was not', async () => {
    const email = await someone();
    const before = (await audited(server.database, 'session.refused')).length;
    await wrong(25, { email, from: HOME });
    const events = await audited(server.database, 'session.refused');
    expect(events.slice(before).map(({ detail }) => detail)).toEqual([
      ...Array<string>(10).fill('wrong credentials'),
      'too many attempts',
    ]);
  });

  it('many who sign in at once with the right one all get in', async () => {
    const email = await someone();
    const right = { email, password: PASSWORD, from: HOME };
    const codes = await Promise.all(Array.from({ length: 25 }, () => attempt(right)));
    expect(codes).toEqual(Array(25).fill('signed in'));
  });
});

describe('an account that strangers try from many addresses', () => {
  it('lets its owner in at a known address and by a known device, however many have failed', async () => {
    const email = await someone();
    await attempt({ email, password: PASSWORD, from: HOME, device: 'my laptop' });
    await strangers(email, 80);
    const right = { email, password: PASSWORD };
    expect(await attempt({ ...right, from: '203.0.113.1' })).toBe('RATE_LIMITED');
    expect(await attempt({ ...right, from: '203.0.113.2', device: 'my laptop' })).toBe('signed in');
    await strangers(email, 80);
    expect(await attempt({ ...right, from: HOME })).toBe('signed in');
  });

  it('lets its owner in at a new address after a bounded wait', async () => {
    const email = await someone();
    await strangers(email, 40);
    const travelling = { email, password: PASSWORD, from: '203.0.113.3' };
    const guesser = { email, ip: '198.51.100.90', device: null };
    await server.node.deps.attempts.guess(guesser, () => Promise.resolve({ correct: false }));
    const answer = await logInFrom(server.url, travelling);
    const wait = answer.errors?.[0]?.extensions['retryAfter'] as number;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(900);
    clock.advance(wait * 1_000);
    expect(await attempt({ email, from: '198.51.100.90' })).toBe('RATE_LIMITED');
    expect(await attempt(travelling)).toBe('signed in');
  });

  it('is open again for all when an admin enables it', async () => {
    const email = `user${++count}@example.com`;
    const id = await makeAccount(server, email);
    await strangers(email, 80);
    clock.advance(DAY);
    const right = { email, password: PASSWORD, from: '203.0.113.4' };
    expect(await attempt(right)).toBe('RATE_LIMITED');
    await enableUser(server.node.deps, undefined, { id });
    expect(await attempt(right)).toBe('signed in');
  });
});

describe('a password that somebody proves who is signed in', () => {
  const CHANGE = `mutation ($a: String!, $b: String!) {
    changePassword(currentPassword: $a, newPassword: $b) { accessToken } }`;
  const REAUTHENTICATE = 'mutation ($a: String!) { reauthenticate(password: $a) { expiresIn } }';

  it('is guessed ten times in both ways together, and strangers do not take its place', async () => {
    const email = await someone();
    const { refreshToken } = await login(server.url, email, PASSWORD);
    await strangers(email, 80);
    const { accessToken: token } = await refresh(server.url, refreshToken);
    const b = 'another one of good length';
    hashes();
    const guesses = Array.from({ length: 10 }, (_, at) =>
      ask(server.url, at % 2 ? CHANGE : REAUTHENTICATE, { token, variables: { a: 'wrong', b } }),
    );
    expect((await Promise.all(guesses)).map(codeOf)).toEqual(Array(10).fill('INVALID_CREDENTIALS'));
    const right = { token, variables: { a: PASSWORD, b } };
    expect(codeOf(await ask(server.url, CHANGE, right))).toBe('RATE_LIMITED');
    expect(hashes()).toBe(10);
    clock.advance(1_000);
    expect(codeOf(await ask(server.url, CHANGE, right))).toBe('signed in');
  });
});

it('neither table tells whose account was tried, or from where', async () => {
  await attempt({ email: 'eve@example.com', from: '203.0.113.77', device: 'a phone' });
  const tables = ['password_attempts', 'known_places', 'rate_limits'];
  const rows = await Promise.all(
    tables.map((table) => server.database.query(`SELECT t::text AS row FROM ${table} t`)),
  );
  expect(rows[0]?.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toMatch(/example\.com|203\.0\.113|phone/);
});
