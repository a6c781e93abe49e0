import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { within } from '../../src/support/within.js';

const late = () => new Error('late');
const never = new Promise<never>(() => undefined);

describe('a wait with a bound', () => {
  it('is what the work is, in time', async () => {
    await expect(within(1_000, Promise.resolve('done'), late)).resolves.toBe('done');
    await expect(within(1_000, Promise.reject(new Error('no')), late)).rejects.toThrow('no');
  });

  it('ends when the bound is reached', async () => {
    await expect(within(5, never, late)).rejects.toThrow('late');
  });

  it('takes an answer that came while the process was busy, however long that was', async () => {
    // From here on the loop comes to its timers first.
    await turn();
    const answer = within(10, promisify(randomBytes)(16), late);
    const until = performance.now() + 200;
    while (performance.now() < until);
    await expect(answer).resolves.toHaveLength(16);
  });
});
