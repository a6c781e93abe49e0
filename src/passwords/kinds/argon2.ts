import { hashSync, verifySync } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import type { Kind } from './kind.js';
import { encode, malformed, tooCostly } from './phc.js';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
const PRESENT = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const PRESENT_PREFIX = `$argon2id$v=19$m=${PRESENT.memoryCost},t=${PRESENT.timeCost},p=${PRESENT.parallelism}$`;

/** KiB. RFC 9106's second choice is 64 MiB. */
const MOST_MEMORY = 128 * 1_024;
/** KiB times passes: about a second. */
const MOST_WORK = 1_024 * 1_024;
const MOST_LANES = 16;

const SHAPE =
  /^\$(argon2(?:id|i|d))\$(?:v=(?:16|19)\$)?(m=(\d{1,7}),t=(\d{1,5}),p=(\d{1,3}))\$[\w+/-]{11,128}\$[\w+/-]{22,172}$/;

export const argon2: Kind = {
  prefix: /^\$argon2/,
  read: (stored) => {
    const [, name = '', cost = '', memory, passes, lanes] = SHAPE.exec(stored) ?? malformed();
    const work = Number(memory) * Number(passes);
    if (work > MOST_WORK || Number(memory) > MOST_MEMORY || Number(lanes) > MOST_LANES) tooCostly();
    return {
      label: `${name} ${cost}`,
      verify: (password) => verifySync(stored, password),
    };
  },
};

/** The hash of a new password, as all are made today. */
export function hashNow(password: Buffer): string {
  return hashSync(password, PRESENT);
}

/** Whether it was made as all are made today. */
export function isPresent(stored: string): boolean {
  return stored.startsWith(PRESENT_PREFIX);
}

/** What a hash of today looks like, of no password at all. */
export function decoy(): string {
  return `${PRESENT_PREFIX}${encode(randomBytes(16))}$${encode(randomBytes(32))}`;
}
