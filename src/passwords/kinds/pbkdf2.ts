import { pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Kind } from './kind.js';
import { count, malformed, readPhc, tooCostly } from './phc.js';

/** Iterations of all blocks: about a second. Django 6 has 1,200,000. */
const MOST_ITERATIONS = 2_000_000;

/** Bytes of a block. */
const DIGESTS: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** RFC 8018. */
export const pbkdf2: Kind = {
  prefix: /^\$pbkdf2-/,
  read: (stored) => {
    const { id, params, salt, hash } = readPhc(stored);
    const digest = id.slice('pbkdf2-'.length);
    const block = DIGESTS[digest] ?? malformed();
    const iterations = count(params, 'i', 1, MOST_ITERATIONS);
    const blocks = Math.ceil(hash.length / block);
    if (iterations * blocks > MOST_ITERATIONS) tooCostly();
    return {
      label: `${id} ${iterations * blocks}`,
      verify: (password) =>
        timingSafeEqual(pbkdf2Sync(password, salt, iterations, hash.length, digest), hash),
    };
  },
};
