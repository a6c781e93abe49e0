import { Turns } from '../../../src/services/attempts/turns.js';

/** A promise that somebody else settles. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

it('one after another is let through, in order, and what was let through goes on side by side', async () => {
  const turns = new Turns();
  const [first, second] = [gate(), gate()];
  const seen: string[] = [];
  const admitted = [gate(), gate()];
  const run = (name: string, at: number, { opened }: ReturnType<typeof gate>) =>
    turns.run(
      'key',
      async () => {
        seen.push(`${name} is admitted`);
        await admitted[at]?.opened;
      },
      async () => {
        seen.push(`${name} works`);
        await opened;
        return name;
      },
    );
  const results = [run('one', 0, first), run('two', 1, second)];
  expect(turns.waiting('key')).toBe(2);
  await new Promise(setImmediate);
  expect(seen).toEqual(['one is admitted']);
  admitted[0]?.open();
  await new Promise(setImmediate);
  expect(seen).toEqual(['one is admitted', 'one works', 'two is admitted']);
  admitted[1]?.open();
  second.open();
  expect(await results[1]).toBe('two');
  first.open();
  expect(await results[0]).toBe('one');
  expect(turns.waiting('key')).toBe(0);
});

it('who is turned away lets the next one through', async () => {
  const turns = new Turns();
  const away = turns.run('key', () => Promise.reject(new Error('no')), fails);
  const next = turns.run(
    'key',
    () => Promise.resolve('yes'),
    (word) => Promise.resolve(word),
  );
  await expect(away).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('waits for what is under way, whatever becomes of it', async () => {
  const turns = new Turns();
  expect(await turns.anyOver('key')).toBe(false);
  const { open, opened } = gate();
  const running = turns.run(
    'key',
    () => Promise.resolve(),
    () => opened.then(() => Promise.reject(new Error('failed'))),
  );
  await new Promise(setImmediate);
  const over = turns.anyOver('key');
  open();
  expect(await over).toBe(true);
  await expect(running).rejects.toThrow('failed');
  expect(await turns.anyOver('key')).toBe(false);
});

function fails(): Promise<never> {
  return Promise.reject(new Error('never called'));
}
