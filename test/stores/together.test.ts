import { together } from '../../src/stores/sessions/postgres/together.js';

/** Work whose statements a test ends one by one. */
function world() {
  const begun: string[][] = [];
  const ends: (() => void)[] = [];
  const ask = together<string, string>(async (asked) => {
    begun.push([...asked]);
    await new Promise<void>((resolve) => ends.push(resolve));
    return asked.map((one) => one.toUpperCase());
  });
  return { begun, ends, ask };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const turnOfLoop = () => jest.advanceTimersByTimeAsync(0);

describe('what is asked together', () => {
  it('is one statement, of which each gets its own answer', async () => {
    const { begun, ends, ask } = world();
    const answers = Promise.all([ask('a'), ask('b')]);
    await turnOfLoop();
    expect(begun).toEqual([['a', 'b']]);
    ends[0]?.();
    expect(await answers).toEqual(['A', 'B']);
  });

  it('waits while a statement is under way, and is the next', async () => {
    const { begun, ends, ask } = world();
    const first = ask('a');
    await turnOfLoop();
    const others = Promise.all([ask('b'), ask('c')]);
    await jest.advanceTimersByTimeAsync(20);
    expect(begun).toEqual([['a']]);
    ends[0]?.();
    expect(await first).toBe('A');
    expect(begun).toEqual([['a'], ['b', 'c']]);
    ends[1]?.();
    expect(await others).toEqual(['B', 'C']);
  });

  it('waits no longer behind one that hangs, nor does who comes later', async () => {
    const { begun, ends, ask } = world();
    void ask('a');
    await turnOfLoop();
    void ask('b');
    await jest.advanceTimersByTimeAsync(30);
    expect(begun).toEqual([['a'], ['b']]);
    void ask('c');
    await jest.advanceTimersByTimeAsync(1_000);
    // Two hang: a third would hang too.
    expect(begun).toEqual([['a'], ['b']]);
    ends[1]?.();
    await turnOfLoop();
    expect(begun).toEqual([['a'], ['b'], ['c']]);
  });

  it('begins at once beside one that has hung for long', async () => {
    const { begun, ask } = world();
    void ask('a');
    await jest.advanceTimersByTimeAsync(1_000);
    void ask('b');
    await turnOfLoop();
    expect(begun).toEqual([['a'], ['b']]);
  });

  it('is cut into statements that others need not wait behind for long', async () => {
    const { begun, ends, ask } = world();
    const all = Promise.all(Array.from({ length: 501 }, (_, n) => ask(`${n}`)));
    await turnOfLoop();
    ends[0]?.();
    await turnOfLoop();
    ends[1]?.();
    expect(await all).toHaveLength(501);
    expect(begun.map(({ length }) => length)).toEqual([500, 1]);
  });
});
