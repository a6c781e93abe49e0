import { Threads } from './threads.js';

/** Milliseconds for which threads that nobody uses wait for the next who does. */
const LINGER = 1_000;

let lent: { readonly threads: Threads; users: number; end?: NodeJS.Timeout } | undefined;

/** Threads that all in this process share: how many there are is a matter of the machine. */
export function lendThreads(): { threads: Threads; giveBack: () => Promise<void> } {
  const mine = (lent ??= { threads: new Threads(), users: 0 });
  clearTimeout(mine.end);
  mine.users += 1;
  let given = false;
  const giveBack = (): Promise<void> => {
    if (given) return Promise.resolve();
    given = true;
    mine.users -= 1;
    if (mine.users > 0) return Promise.resolve();
    mine.end = setTimeout(() => {
      lent = undefined;
      void mine.threads.close();
    }, LINGER).unref();
    return Promise.resolve();
  };
  return { threads: mine.threads, giveBack };
}
