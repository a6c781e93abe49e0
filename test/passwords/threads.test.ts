import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { lendThreads } from '../../src/passwords/lent-threads.js';
import { Threads } from '../../src/passwords/threads.js';
import { until } from '../support/until.js';

const ROOT = resolve(__dirname, '../..');

/** Runs a program that has the built hasher at hand, and answers what it printed. */
async function printed(program: string): Promise<string> {
  const imports = `import { PasswordHasher } from './dist/passwords/index.js';`;
  const options = ['--input-type=module', '-e', `${imports}\n${program}`];
  return (await promisify(execFile)(process.execPath, options, { cwd: ROOT })).stdout;
}

describe('a thread', () => {
  it('that ends over its work is replaced, and the work is tried once more', async () => {
    const threads = new Threads(1, 2);
    // No hash of nothing can be computed: both threads that try it end.
    const nothing = threads.run('hash', { password: null as unknown as string });
    const next = threads.run('hash', { password: 'x' });
    await expect(nothing).rejects.toThrow('a password thread has ended');
    expect(await next).toMatch(/^\$argon2id\$/);
    await threads.close();
  });

  it('that is ended leaves nobody waiting', async () => {
    const threads = new Threads(1, 2);
    const asked = [1, 2].map(() => threads.run('hash', { password: 'x' }));
    const ended = Promise.allSettled(asked);
    await threads.close();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(threads.run('hash', { password: 'x' })).rejects.toThrow('no password is judged');
  });

  it('keeps the process alive for its work, and not after it', async () => {
    const program = `
      const hasher = new PasswordHasher();
      console.log((await hasher.hash('x')).slice(0, 9));`;
    expect(await printed(program)).toBe('$argon2id\n');
  });
});

describe('the threads that all in a process share', () => {
  it('go on for the others when one gives them back, and end some time after the last has', async () => {
    const [first, second] = [lendThreads(), lendThreads()];
    expect(second.threads).toBe(first.threads);
    await first.giveBack();
    await first.giveBack();
    expect(await second.threads.run('hash', { password: 'x' })).toMatch(/^\$argon2id\$/);
    await second.giveBack();
    const third = lendThreads();
    expect(third.threads).toBe(first.threads);
    await third.giveBack();
    const isOver = () =>
      first.threads.run('hash', { password: 'x' }).then(
        () => false,
        () => true,
      );
    await until(isOver);
    const next = lendThreads();
    expect(next.threads).not.toBe(first.threads);
    await next.giveBack();
  });
});
