import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES, asShown, readmeOf, shownAsPattern, startExample, stepsOf } from './example.js';
import type { Running } from './example.js';

// Each is a process of its own, on machines that are busy with other tests.
jest.setTimeout(120_000);

const NAMES = [
  'apollo',
  'yoga',
  'mercurius',
  'nestjs',
  'own-users',
  'federation',
  'resource-server',
];

interface Login {
  readonly data: {
    readonly login: { readonly accessToken: string; readonly session: { readonly id: string } };
  };
}

describe.each(NAMES)('the example %s', (name) => {
  let running: Running;
  beforeAll(async () => {
    running = await startExample(name);
  });

  it('says how it is run, and with which account', () => {
    expect(readmeOf(name)).toContain(`\nnpm run example -- ${name}\n`);
    const [, email = '', password = ''] =
      /^Account {2}(\S+) {2}password: (.+)$/m.exec(running.output()) ?? [];
    expect(readmeOf(name)).toContain(`email: "${email}", password: "${password}"`);
  });

  it('answers everything in its README as told, from denial to revocation', async () => {
    const steps = stepsOf(name);
    expect(steps.map(({ heading }) => heading)).toEqual([
      'Without a token',
      'Sign in',
      'With the token',
      'With the token',
      'When the session has ended',
      'When the session has ended',
    ]);
    let token: string | undefined;
    let session = '';
    for (const { query, answer } of steps) {
      const isSignIn = /\b(login|revokeSession)\b/.test(query);
      const response = await fetch(isSignIn ? running.signInUrl : running.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: query.replace('"…"', JSON.stringify(session)) }),
      });
      const given: unknown = await response.json();
      expect([query, asShown(given)]).toEqual([query, shownAsPattern(answer)]);
      if (!query.includes('login(')) continue;
      const { login } = (given as Login).data;
      token = login.accessToken;
      session = login.session.id;
    }
    expect(JSON.stringify(steps[0]?.answer)).toContain('"NO_TOKEN"');
    expect(JSON.stringify(steps[2]?.answer)).not.toContain('errors');
    expect(JSON.stringify(steps[5]?.answer)).toContain('"SESSION_REVOKED"');
  });

  it('stops in order when it is told to', async () => {
    expect(await running.stop()).toBe(0);
    expect(running.output()).not.toMatch(/error|unhandled/i);
  });
});

it('every example has a page that says how it is run', () => {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((each) =>
    each.isDirectory(),
  );
  expect(folders.map((each) => each.name)).toEqual(expect.arrayContaining(NAMES));
  for (const folder of folders) {
    expect(existsSync(join(EXAMPLES, folder.name, 'README.md'))).toBe(true);
    expect(readmeOf(folder.name)).toContain(`npm run example -- ${folder.name}`);
  }
});
