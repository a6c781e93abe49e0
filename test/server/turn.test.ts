import { Turn } from '../../src/server/turn.js';

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('requests that arrive in one turn of the event loop', () => {
  it('go on together, after all of them have come', async () => {
    const turn = new Turn();
    const seen: string[] = [];
    const arrive = async (name: string) => {
      seen.push(`${name} has come`);
      await turn.end();
      seen.push(`${name} goes on`);
    };
    const both = [arrive('first'), arrive('second')];
    await Promise.resolve();
    expect(seen).toEqual(['first has come', 'second has come']);
    await Promise.all(both);
    expect(seen.slice(2)).toEqual(['first goes on', 'second goes on']);
  });

  it('wait for nobody who comes later', async () => {
    const turn = new Turn();
    const first = turn.end();
    expect(turn.end()).toBe(first);
    await turnOfLoop();
    await first;
    const second = turn.end();
    expect(second).not.toBe(first);
    await second;
  });
});
