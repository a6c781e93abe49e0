import { storeUnavailable } from '../errors/portcullis-error.js';
import { RedisFailure } from './failures.js';

/** The answer, or STORE_UNAVAILABLE after so many milliseconds. */
export async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(storeUnavailable(new RedisFailure('Redis took too long'))),
      milliseconds,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
