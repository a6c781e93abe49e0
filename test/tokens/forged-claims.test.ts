import { RefreshTokens, generateSigningKey } from '../../src/tokens/index.js';
import { EXPIRED, INVALID, SESSION, signTexts, signed, world } from './support.js';

const CLAIMS = [
  'iss',
  'aud',
  'sub',
  'sid',
  'did',
  'iat',
  'exp',
  'auth_time',
  'jti',
  'ver',
  'gen',
  'scope',
] as const;
const NUMBERS: readonly string[] = ['iat', 'exp', 'auth_time', 'ver', 'gen'];

/** A token with one claim written as this JSON text. */
function withText(claim: string, text: string): string {
  const { claims, header, key, verdict } = world();
  const payload = JSON.stringify({ ...claims, [claim]: '@@' }).replace('"@@"', text);
  return verdict(signTexts(JSON.stringify(header), payload, key.privateKey));
}

describe.each(CLAIMS)('claim %s', (claim) => {
  it('is required', () => {
    const { claims, header, key, verdict } = world();
    const { [claim]: _gone, ...rest } = claims;
    expect(verdict(signed(header, rest, key.privateKey))).toBe(INVALID);
  });

  const wrong = [
    'null',
    'true',
    'false',
    '{}',
    '[]',
    '[1]',
    '["a"]',
    '-1',
    '1e999',
    '-1e999',
    '1.5',
  ];
  const ofOtherType = NUMBERS.includes(claim)
    ? ['""', '"1"', '"1893456000"', '9007199254740993', '1e300', '-0.5']
    : ['0', '1', '1893456000', '{"toString":"a"}'];
  it.each([...wrong, ...ofOtherType])('is refused as %s', (text) => {
    expect(withText(claim, text)).toBe(INVALID);
  });

  it('is refused as an empty text, save for no scopes', () => {
    expect(withText(claim, '""')).toBe(claim === 'scope' ? 'good' : INVALID);
  });
});

describe('claim nbf', () => {
  const START = Date.parse('2030-01-01T00:00:00Z') / 1000;

  it.each(['0', '1', `${START}`, `${START + 5}`])('may be %s', (text) => {
    expect(withText('nbf', text)).toBe('good');
  });

  it.each([
    `${START + 6}`,
    '1e999',
    '-1e999',
    '-1',
    '1.5',
    'null',
    '""',
    '"0"',
    '[]',
    '{}',
    'false',
  ])('is refused as %s', (text) => {
    expect(withText('nbf', text)).toBe(INVALID);
  });

  it('is judged once its moment has come, even where it was refused before', () => {
    const { claims, header, key, verdict, clock } = world();
    const token = signed(header, { ...claims, nbf: START + 60 }, key.privateKey);
    expect(verdict(token)).toBe(INVALID);
    clock.advance(55_000);
    expect(verdict(token)).toBe('good');
  });
});

describe('claims that contradict each other or the node', () => {
  it.each([
    ['another issuer', { iss: 'somebody' }],
    ['another audience', { aud: 'other' }],
    ['audiences of which one is ours', { aud: ['api', 'other'] }],
    ['a user id that is no UUID', { sub: 'admin' }],
    ['a session id that is no UUID', { sid: "' OR 1=1 --" }],
    ['a device id without end', { did: 'x'.repeat(129) }],
    ['an expiry before the issue', { exp: Date.parse('2029-12-31T23:59:59Z') / 1000 }],
    [
      'a password entered after the issue',
      { auth_time: Date.parse('2030-01-01T00:00:06Z') / 1000 },
    ],
    ['a time beyond all dates', { exp: 8_640_000_000_001 }],
    ['a start in the future', { nbf: Date.parse('2030-01-01T00:01:00Z') / 1000 }],
  ])('are refused: %s', (_what, more) => {
    const { claims, header, key, verdict } = world();
    expect(verdict(signed(header, { ...claims, ...more }, key.privateKey))).toBe(INVALID);
  });

  it('are not told from a forgery while they have expired', () => {
    const { claims, header, key, verdict, clock } = world();
    clock.advance(400_000);
    expect(verdict(signed(header, claims, key.privateKey))).toBe(EXPIRED);
    expect(verdict(signed(header, claims, generateSigningKey().privateKey))).toBe(INVALID);
    expect(verdict(signed(header, { ...claims, aud: 'other' }, key.privateKey))).toBe(INVALID);
  });
});

describe('names that objects have anyway', () => {
  it('are harmless as claims', () => {
    const { claims, header, key, tokens } = world();
    const odd = '"__proto__":{"scope":"admin"},"constructor":{"prototype":{"scope":"admin"}}';
    const payload = JSON.stringify(claims).replace(/\}$/, `,${odd}}`);
    const token = tokens.verify(signTexts(JSON.stringify(header), payload, key.privateKey));
    expect(token.scopes).toEqual(new Set(['a', 'b']));
    expect(Object.getPrototypeOf(token)).toBe(Object.prototype);
    expect(({} as { scope?: unknown }).scope).toBeUndefined();
  });

  it('do not stand in for a claim that is missing', () => {
    const { claims, header, key, verdict } = world();
    const { scope: _scope, sid, ...rest } = claims;
    const inherited = `,"__proto__":{"scope":"admin","sid":${JSON.stringify(sid)}}}`;
    const payload = JSON.stringify(rest).replace(/\}$/, inherited);
    expect(verdict(signTexts(JSON.stringify(header), payload, key.privateKey))).toBe(INVALID);
  });

  it('are scopes like any other', () => {
    const { claims, header, key, tokens } = world();
    const scope = '__proto__  constructor toString ';
    const { scopes } = tokens.verify(signed(header, { ...claims, scope }, key.privateKey));
    expect([...scopes]).toEqual(['__proto__', 'constructor', 'toString']);
  });
});

describe('a token at the place of another kind', () => {
  it('is refused both ways', () => {
    const { tokens, claims, header, key, verdict } = world();
    const refresh = new RefreshTokens(['a server secret']);
    const access = signed(header, claims, key.privateKey);
    const refreshing = refresh.create(SESSION, 1, Buffer.alloc(32, 1));
    expect(tokens.verify(access).sessionId).toBe(SESSION);
    expect(refresh.parse(refreshing)).toMatchObject({ sessionId: SESSION, counter: 1 });
    expect(verdict(refreshing)).toBe(INVALID);
    expect(refresh.parse(access)).toBeUndefined();
  });
});
