import { randomBytes } from 'node:crypto';
import { PRODUCTION, SECRET, problems } from './problems.js';

describe('in production', () => {
  it('a secret and a database of one’s own are required, both told at once', () => {
    expect(problems({ NODE_ENV: 'production' })).toEqual([
      'PORTCULLIS_SECRET is required in production',
      'DATABASE_URL is required in production',
    ]);
  });

  it('a database that is set to nothing is none', () => {
    expect(problems({ ...PRODUCTION, DATABASE_URL: '' })).toEqual([
      'DATABASE_URL is required in production',
    ]);
  });
});

describe('a secret that is no key', () => {
  it.each([
    [''],
    [' '],
    ['short'],
    ['changeme'],
    ['changemechangemechangemechangeme'],
    ['CHANGEME-0123456789-abcdefghijklmnop'],
    ['please-ChangeMe-0123456789-abcdefghij'],
    [SECRET.slice(0, 31)],
  ])('%j refuses to start and is not printed', (secret) => {
    for (const env of [{}, PRODUCTION]) {
      const found = problems({ ...env, PORTCULLIS_SECRET: secret });
      expect(found).toEqual([
        expect.stringMatching(/^PORTCULLIS_SECRET (must have at least 32 bytes|is a placeholder)/),
      ]);
      if (secret.trim() !== '') expect(found[0]).not.toContain(secret);
    }
  });

  it('is not what random bytes are taken for', () => {
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      expect(problems({ PORTCULLIS_SECRET: randomBytes(48).toString(encoding) })).toEqual([]);
    }
  });

  it('has its bytes counted, not its characters', () => {
    expect(problems({ PORTCULLIS_SECRET: 'äöüßéèêñçåøæœžšč' })).toEqual([]);
  });
});
