import { argon2 } from './argon2.js';
import { bcrypt } from './bcrypt.js';
import { firebase } from './firebase.js';
import { HashError } from './kind.js';
import type { StoredHash } from './kind.js';
import { pbkdf2 } from './pbkdf2.js';
import { scrypt } from './scrypt.js';

const KINDS = [argon2, bcrypt, scrypt, pbkdf2, firebase];

/** Reads a hash in its normal form, which is the one that is stored. @throws HashError */
export function readHash(stored: string): StoredHash {
  const kind = KINDS.find(({ prefix }) => prefix.test(stored));
  if (!kind) throw new HashError('is of no kind that is known here');
  return kind.read(stored);
}
