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

describe('the time for which a signing key is only published', () => {
  const told = 'KEY_PUBLISH_WAIT must be at least 310s in production';

  it('is in production longer than any cache of public keys', () => {
    expect(problems({ ...PRODUCTION, KEY_PUBLISH_WAIT: '309s' })).toEqual([told]);
    expect(problems({ ...PRODUCTION, KEY_PUBLISH_WAIT: '0s' })).toEqual([told]);
    expect(problems({ ...PRODUCTION, KEY_PUBLISH_WAIT: '310s' })).toEqual([]);
    expect(problems({ ...PRODUCTION, KEY_PUBLISH_WAIT: 'soon' })).toEqual([
      'KEY_PUBLISH_WAIT must be a duration such as 30s, 5m or 14d',
    ]);
  });

  it('is anything elsewhere', () => {
    expect(problems({ KEY_PUBLISH_WAIT: '0s' })).toEqual([]);
  });
});

describe('a previous secret', () => {
  const other = SECRET.toLowerCase();

  it('goes with another one that is to stay', () => {
    expect(problems({ ...PRODUCTION, PORTCULLIS_SECRET_PREVIOUS: other })).toEqual([]);
    expect(problems({ ...PRODUCTION, PORTCULLIS_SECRET_PREVIOUS: '' })).toEqual([]);
    expect(problems({ ...PRODUCTION, PORTCULLIS_SECRET_PREVIOUS: SECRET })).toEqual([
      'PORTCULLIS_SECRET_PREVIOUS must be another one than PORTCULLIS_SECRET',
    ]);
    expect(problems({ PORTCULLIS_SECRET_PREVIOUS: other })).toEqual([
      'PORTCULLIS_SECRET_PREVIOUS goes with PORTCULLIS_SECRET',
    ]);
  });

  it('is as good a key as the other, and is not printed', () => {
    const found = problems({ ...PRODUCTION, PORTCULLIS_SECRET_PREVIOUS: 'hunter2' });
    expect(found).toEqual(['PORTCULLIS_SECRET_PREVIOUS must have at least 32 bytes']);
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
    ['CHANGE_ME_0123456789_abcdefghijklmnop'],
    ['0123456789 change this abcdefghijklmnop'],
    ['<replace me> 0123456789 abcdefghijklmnop'],
    ['put-your-secret-here-0123456789-abcdefgh'],
    ['this is a placeholder of thirty-two bytes'],
    [SECRET.slice(0, 31)],
    ['x'.repeat(64)],
    ['\u0000'.repeat(64)],
    ['0'.repeat(63) + '1'],
    ['abc'.repeat(20)],
    ['hunter22'.repeat(5)],
    ['1234567'.repeat(5) + '123'],
  ])('%j refuses to start and is not printed', (secret) => {
    for (const env of [{}, PRODUCTION]) {
      const found = problems({ ...env, PORTCULLIS_SECRET: secret });
      expect(found).toEqual([
        expect.stringMatching(
          /^PORTCULLIS_SECRET (must have at least 32 bytes|is a placeholder|repeats itself)/,
        ),
      ]);
      if (secret.trim() !== '') expect(found[0]).not.toContain(secret);
    }
  });

  it('is not what random bytes are taken for', () => {
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      expect(problems({ PORTCULLIS_SECRET: randomBytes(48).toString(encoding) })).toEqual([]);
    }
  });

  it('is not what people make up either, as long as it says more than one thing', () => {
    for (const secret of [
      '0123456789abcdef0123456789abcdef',
      'a secret for the tests of somebody',
      'correct horse battery staple correct horse',
    ]) {
      expect(problems({ PORTCULLIS_SECRET: secret })).toEqual([]);
    }
  });

  it('has its bytes counted, not its characters', () => {
    expect(problems({ PORTCULLIS_SECRET: 'äöüßéèêñçåøæœžšč' })).toEqual([]);
  });
});

describe('the tokens of other services', () => {
  const told = (tokens: string) => problems({ PORTCULLIS_SERVICE_TOKENS: tokens });

  it('are as good as the secret, each of them, and are not printed', () => {
    expect(told(`${SECRET}, ${SECRET.toLowerCase()}`)).toEqual([]);
    const short = 'PORTCULLIS_SERVICE_TOKENS lists a token that must have at least 32 bytes';
    expect(told('hunter2')).toEqual([short]);
    expect(told(`${SECRET},hunter2`)).toEqual([short]);
    expect(told(`${SECRET},`)).toEqual([short]);
    expect(told(`${SECRET}changeme`)).toEqual([
      expect.stringMatching(/^PORTCULLIS_SERVICE_TOKENS lists a token that is a placeholder/),
    ]);
  });

  it('are each another, and none of them the secret, old or new', () => {
    const other = SECRET.toLowerCase();
    expect(told(`${other}, ${SECRET},${other}`)).toEqual([
      'PORTCULLIS_SERVICE_TOKENS lists a token twice',
    ]);
    const env = {
      ...PRODUCTION,
      PORTCULLIS_SECRET_PREVIOUS: other,
      PORTCULLIS_SERVICE_TOKENS: `${SECRET.toUpperCase()},${other}`,
    };
    const mustNot = (name: string) =>
      `PORTCULLIS_SERVICE_TOKENS must not list ${name}, which is nobody else's to know`;
    expect(problems(env)).toEqual([mustNot('PORTCULLIS_SECRET_PREVIOUS')]);
    expect(problems({ ...env, PORTCULLIS_SERVICE_TOKENS: SECRET })).toEqual([
      mustNot('PORTCULLIS_SECRET'),
    ]);
  });

  it('are of what a header can carry', () => {
    expect(told(`${SECRET} and more`)).toEqual([
      'PORTCULLIS_SERVICE_TOKENS lists a token that must be of visible ASCII characters',
    ]);
  });
});
