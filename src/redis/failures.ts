import { PortcullisError, storeUnavailable } from '../errors/portcullis-error.js';

/** Why Redis gave no answer: never the driver's own words, which repeat a command's arguments. */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
}

/** Error codes that say "not now" rather than "not so" (the first word of a reply). */
const UNAVAILABLE = new Set([
  'ASK',
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'MOVED',
  'NOAUTH',
  'NOPERM',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'UNBLOCKED',
  'WRONGPASS',
]);

/** The code of an error that Redis itself answered; undefined where it did not answer at all. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined;
  return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
}

/** The driver's own time-out: the connection stands and nothing comes. */
export function isTimeOut(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/**
 * Turns what the driver threw into an error of ours: STORE_UNAVAILABLE when Redis could not answer, a
 * RedisFailure when it refused a command of ours, mistakes in our own code as they are.
 */
export function translateRedisFailure(error: unknown): unknown {
  if (error instanceof PortcullisError || error instanceof RedisFailure) return error;
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const code = replyCode(error);
  if (code === undefined) return storeUnavailable(new RedisFailure('Redis did not answer'));
  if (UNAVAILABLE.has(code)) return storeUnavailable(new RedisFailure(`Redis answered ${code}`));
  return new RedisFailure(`Redis refused a command (${code})`);
}
