import { readHash } from './kinds/index.js';
import { HashError } from './kinds/kind.js';
import { decode, writePhc } from './kinds/phc.js';

/** What Firebase's console shows of a project under "Password hash parameters". */
export interface FirebaseProject {
  /** Base64. */
  readonly signerKey: string;
  /** Base64. */
  readonly saltSeparator: string;
  readonly rounds: number;
  readonly memCost: number;
}

type Notation = readonly [shape: RegExp, inNormalForm: (parts: (string | undefined)[]) => string];

const DIGEST = '(sha1|sha256|sha512)';
const HEX = '((?:[\\da-f]{2})+)';

const scrypt = (N: string, r: string, p: string, salt: Buffer, hash: Buffer) => {
  const params = { ln: String(Math.log2(Number(N))), r, p };
  return writePhc({ id: 'scrypt', params, salt, hash });
};
const pbkdf2 = (digest: string, i: string, salt: Buffer, hash: Buffer) =>
  writePhc({ id: `pbkdf2-${digest}`, params: { i }, salt, hash });
const fromHex = (text: string) => Buffer.from(text, 'hex');

/** Where a salt is text, its bytes are those of the text. */
const NOTATIONS: readonly Notation[] = [
  // Django
  [/^argon2(\$argon2.*)$/, ([hash = '']) => hash],
  [/^bcrypt\$(\$2.*)$/, ([hash = '']) => hash],
  [
    new RegExp(`^pbkdf2_${DIGEST}\\$(\\d+)\\$([^$]+)\\$([^$]+)$`),
    ([digest = '', i = '', salt = '', hash = '']) =>
      pbkdf2(digest, i, Buffer.from(salt), decode(hash)),
  ],
  [
    /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/,
    ([N = '', salt = '', r = '', p = '', hash = '']) =>
      scrypt(N, r, p, Buffer.from(salt), decode(hash)),
  ],
  // Werkzeug
  [
    new RegExp(`^pbkdf2:${DIGEST}:(\\d+)\\$([^$]+)\\$${HEX}$`),
    ([digest = '', i = '', salt = '', hash = '']) =>
      pbkdf2(digest, i, Buffer.from(salt), fromHex(hash)),
  ],
  [
    new RegExp(`^scrypt:(\\d+):(\\d+):(\\d+)\\$([^$]+)\\$${HEX}$`),
    ([N = '', r = '', p = '', salt = '', hash = '']) =>
      scrypt(N, r, p, Buffer.from(salt), fromHex(hash)),
  ],
  // passlib, whose base64 has a dot for the plus
  [
    /^\$pbkdf2(?:-(sha256|sha512))?\$(\d+)\$([^$]+)\$([^$]+)$/,
    ([digest = 'sha1', i = '', salt = '', hash = '']) =>
      pbkdf2(digest, i, decode(salt.replaceAll('.', '+')), decode(hash.replaceAll('.', '+'))),
  ],
  // PHC strings that name the length too
  [/^(\$pbkdf2-\w+\$i=\d+),l=\d+(\$.*)$/, ([head = '', tail = '']) => head + tail],
  // Node's scrypt with its own defaults, as salt:hash in hexadecimal
  [
    new RegExp(`^([\\da-f]{16,64}):${HEX}$`),
    ([salt = '', hash = '']) => scrypt('16384', '8', '1', Buffer.from(salt), fromHex(hash)),
  ],
];

/**
 * The form in which a hash from elsewhere is stored: a PHC string, or bcrypt's own.
 * @throws HashError
 */
export function importHash(text: string): string {
  if (text.length > 1_000) throw new HashError('is too long to be one');
  for (const [shape, inNormalForm] of NOTATIONS) {
    const parts = shape.exec(text);
    if (parts) return checked(inNormalForm(parts.slice(1)));
  }
  return checked(text);
}

/** The same for the hash and the salt that Firebase exports. @throws HashError */
export function importFirebaseHash(
  hash: string,
  salt: string,
  { signerKey, saltSeparator, rounds, memCost }: FirebaseProject,
): string {
  const cost = { v: '1', n: String(memCost), r: String(rounds), p: '1' };
  const params = { ...cost, ss: padded(saltSeparator), sk: padded(signerKey) };
  return checked(writePhc({ id: 'fbscrypt', params, salt: decode(salt), hash: decode(hash) }));
}

function padded(text: string): string {
  return decode(text).toString('base64');
}

function checked(stored: string): string {
  readHash(stored);
  return stored;
}
