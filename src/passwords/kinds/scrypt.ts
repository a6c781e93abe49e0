import { scryptSync, timingSafeEqual } from 'node:crypto';
import type { Kind } from './kind.js';
import { count, readPhc, tooCostly } from './phc.js';
import type { Phc } from './phc.js';

/** Bytes that N and r ask for; OWASP's first choice is N = 2^17, r = 8. */
const MOST_MEMORY = 128 * 1_024 * 1_024;
/** N times r times p: about a second. */
const MOST_WORK = 2 ** 21;

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** @param exponent the name of log2 N. @throws HashError */
export function scryptCost(params: Phc['params'], exponent: string): ScryptCost {
  const N = 2 ** count(params, exponent, 1, 20);
  const [r, p] = [count(params, 'r', 1, 64), count(params, 'p', 1, 64)];
  if (128 * N * r > MOST_MEMORY || N * r * p > MOST_WORK) tooCostly();
  return { N, r, p };
}

/** RFC 7914. */
export function derive(password: Buffer, salt: Buffer, length: number, cost: ScryptCost): Buffer {
  return scryptSync(password, salt, length, { ...cost, maxmem: 2 * MOST_MEMORY });
}

export const scrypt: Kind = {
  prefix: /^\$scrypt\$/,
  read: (stored) => {
    const { params, salt, hash } = readPhc(stored);
    const cost = scryptCost(params, 'ln');
    return {
      label: `scrypt ${Object.values(cost).join(' ')} ${hash.length}`,
      verify: (password) => timingSafeEqual(derive(password, salt, hash.length, cost), hash),
    };
  },
};
