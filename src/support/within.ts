import { setImmediate as turn } from 'node:timers/promises';

/** Settles as the work does, or rejects with what `late` makes after so many milliseconds. */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const expire = async () => {
      // A loop that was busy comes to its timers first: the answer may lie in the socket already.
      await turn();
      await turn();
      reject(late());
    };
    timer = setTimeout(() => void expire(), milliseconds);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
