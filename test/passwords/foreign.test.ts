import {
  PasswordHasher,
  importFirebaseHash,
  importHash,
  isPresent,
} from '../../src/passwords/index.js';
import { VECTORS } from './vectors.js';

const hasher = new PasswordHasher({ threads: 1 });
afterAll(() => hasher.close());

describe('a hash from elsewhere', () => {
  it.each(VECTORS)('is verified: $kind', async ({ password, hash, stored = hash }) => {
    expect(importHash(hash)).toBe(stored);
    expect(await hasher.verify(stored, password)).toBe(true);
    expect(await hasher.verify(stored, `${password}.`)).toBe(false);
    expect(isPresent(stored)).toBe(false);
  });

  it('is verified by its salt and the parameters of its Firebase project', async () => {
    const hash =
      'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==';
    const stored = importFirebaseHash(hash, '42xEC+ixf3L2lw==', {
      signerKey:
        'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      ...{ saltSeparator: 'Bw==', rounds: 8, memCost: 14 },
    });
    expect(await hasher.verify(stored, 'user1password')).toBe(true);
    expect(await hasher.verify(stored, 'user2password')).toBe(false);
  });

  it('of bcrypt counts 72 bytes, as whoever made it did, and ends at a NUL', async () => {
    // Of 72 times the letter x.
    const long = '$2b$04$KjHbZRcot.KTvS65AHdiHuDwWK5qWJa3I.ShLD9LMKs8L1rMTbW2e';
    expect(await hasher.verify(long, 'x'.repeat(72))).toBe(true);
    expect(await hasher.verify(long, `${'x'.repeat(72)}and more`)).toBe(true);
    expect(await hasher.verify(long, 'x'.repeat(71))).toBe(false);
    const short = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    expect(await hasher.verify(short, 'U*U\u0000more')).toBe(true);
    expect(await hasher.verify(short, 'U*\u0000U')).toBe(false);
  });

  it('may be of a password in another normal form than ours', async () => {
    // Of an e and a combining accent, as some keyboards type it.
    const stored = importHash(
      'pbkdf2_sha256$1000$seasalt2$TwDwg/KnYD/ITfmncRRB1mqqog0fdcsZD2NLwkKdRjg=',
    );
    expect(await hasher.verify(stored, 'cafe\u0301 au lait')).toBe(true);
    expect(await hasher.verify(stored, 'caf\u00e9 au lait')).toBe(false);
  });

  it.each([
    ['bcrypt', '$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['scrypt by memory', '$scrypt$ln=18,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o'],
    ['scrypt by lanes', '$scrypt$ln=17,r=8,p=3$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o'],
    ['scrypt', '$scrypt$ln=30,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o'],
    ['PBKDF2', 'pbkdf2_sha256$1000000000$salt$xfRoW2uwHBzrvNYB3NASpEQuNnaj81M0Bp+miwvOq4A='],
    [
      'Argon2 by memory',
      '$argon2id$v=19$m=2097152,t=1,p=4$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    [
      'Argon2 by passes',
      '$argon2id$v=19$m=65536,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
  ])('that costs too much is refused: %s', (_kind, hash) => {
    expect(() => importHash(hash)).toThrow('costs more than a log-in may');
  });

  it.each([
    ['is of no kind that is known here', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['is of no kind that is known here', 'sha1$salt$5f4dcc3b5aa765d61d8327deb882cf99'],
    ['is of no kind that is known here', ''],
    ['is not well-formed', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['is not well-formed', '$2b$10$short'],
    ['is not well-formed', '$scrypt$ln=14,r=8$c2FsdA$cCO9yzr9c0hGHAbNgf046/2o'],
    ['is not well-formed', 'scrypt$10000$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafQ='],
    ['is not well-formed', '$pbkdf2-md5$i=1000$c2FsdA$cCO9yzr9c0hGHAbNgf046/2o'],
    ['has a length that no kind has', '$pbkdf2-sha256$i=1000$c2FsdA$cCO9'],
    ['is too long to be one', `$2b$${'x'.repeat(2_000)}`],
  ])('that %s is refused: %.60s', (why, hash) => {
    expect(() => importHash(hash)).toThrow(why);
  });
});
