import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describeUnless } from '../support/skip.js';
import { TIMEOUT, firstStart } from './program.js';
import type { FirstStart } from './program.js';
import { blocks, blocksOf } from './readme.js';

const run = promisify(execFile);
const missing = ['bash', 'curl'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);

let server: FirstStart;
beforeAll(async () => {
  server = await firstStart();
}, TIMEOUT);
afterAll(() => server.stop());

/** What differs from start to start. */
const sameEveryTime = (text: string) =>
  text
    .replace(/password: \S+/g, 'password: …')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replace(/initialising \S+/, 'initialising …');

describe('the README’s first start', () => {
  it('prints what the README shows', () => {
    const [shown = ''] = blocksOf('Start', 'text');
    const printed = sameEveryTime(server.output).split('\n');
    const lines = sameEveryTime(shown).split('\n');
    // A machine may have more to say, such as which user PostgreSQL runs as.
    expect(printed).toEqual(expect.arrayContaining(lines));
    expect(printed.filter((line) => lines.includes(line))).toEqual(lines);
  });

  it('shows Apollo Sandbox with the demo log-in in a browser', async () => {
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('user@example.com');
  });
});

/** The value of a variable in a block's place of `'the password of …'`. */
function passwordOf(email: string): string {
  const [, password = ''] = new RegExp(`${email} {2}password: (\\S+)`).exec(server.output) ?? [];
  return password;
}

const byHand = () => blocks.filter(({ section }) => section === 'Five minutes by hand');

const noTools = missing.length === 0 ? undefined : `no ${missing.join(' and ')}`;

describeUnless(noTools)('the README’s five minutes by hand', () => {
  let printed: string[];
  beforeAll(async () => {
    const script = byHand()
      .map(({ isAnswer, text }) => (isAnswer ? 'echo "--8<--"\n' : text))
      .join('\n')
      .replaceAll('http://127.0.0.1:4000', server.url)
      .replace(/the password of (\S+@example\.com)/g, (_, email: string) => passwordOf(email));
    const { stdout } = await run('bash', ['-eu', '-c', script]);
    printed = stdout.split('--8<--\n');
  });

  it('prints nothing that the README does not show', () => {
    expect(printed).toHaveLength(answers.length + 1);
    expect(printed.at(-1)).toBe('');
  });

  const answers = byHand().filter(({ isAnswer }) => isAnswer);
  it.each(answers.map(({ text }, index) => [index + 1, text] as const))(
    'answers as shown, block %i',
    (number, text) => {
      expect(printed[number - 1]).toBe(text);
    },
  );
});
