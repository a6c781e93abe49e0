import { INVALID, base64url, signTexts, signed, world } from './support.js';

describe('a payload that is no plain object in its one canonical text', () => {
  it.each([['"text"'], ['""'], ['1'], ['null'], ['true'], ['[]'], ['[{}]'], ['{}'], ['{'], ['']])(
    'is refused: %s',
    (payload) => {
      const { header, key, verdict } = world();
      expect(verdict(signTexts(JSON.stringify(header), payload, key.privateKey))).toBe(INVALID);
    },
  );

  const REWRITES: Record<string, (json: string) => string> = {
    'a member twice, the same': (json) => json.replace('{', '{"aud":"api",'),
    'a member twice, another first': (json) => json.replace('{', '{"sub":"x",'),
    'a member twice, another last': (json) => json.replace(/\}$/, ',"scope":"admin"}'),
    'a member twice, once escaped': (json) => json.replace(/\}$/, ',"\\u0073cope":"admin"}'),
    'a space': (json) => json.replace(':', ': '),
    'a space before': (json) => ` ${json}`,
    'a newline after': (json) => `${json}\n`,
    'a byte order mark': (json) => `\uFEFF${json}`,
    'an escape that is not needed': (json) => json.replace('"api"', '"\\u0061pi"'),
    'a number of another form': (json) => json.replace('"ver":0', '"ver":0.0'),
    'minus zero': (json) => json.replace('"ver":0', '"ver":-0'),
    'an exponent': (json) => json.replace('"ver":0', '"ver":0e0'),
    'a comma too many': (json) => json.replace(/\}$/, ',}'),
    'a comment': (json) => json.replace('{', '{/**/'),
    'a brace too many': (json) => `${json}}`,
    'two objects': (json) => `${json}${json}`,
    'a zero byte': (json) => `${json}\0`,
  };
  it.each(Object.entries(REWRITES))('is refused: %s', (_what, rewrite) => {
    const { claims, header, key, verdict } = world();
    const [head, body] = [JSON.stringify(header), JSON.stringify(claims)];
    expect(rewrite(body)).not.toBe(body);
    expect(verdict(signTexts(head, rewrite(body), key.privateKey))).toBe(INVALID);
  });

  it.each([
    ['alg', (json: string) => json.replace('{', '{"alg":"none",')],
    ['kid', (json: string) => json.replace(/\}$/, ',"kid":"x"}')],
    ['a space', (json: string) => json.replace(':', ': ')],
    ['a byte order mark', (json: string) => `\uFEFF${json}`],
    ['a name escaped', (json: string) => json.replace('"alg"', '"\\u0061lg"')],
    ['a value escaped', (json: string) => json.replace('"ES256"', '"\\u0045S256"')],
    ['in a list', (json: string) => `[${json}]`],
  ])('is refused in the header as well: %s', (_what, rewrite) => {
    const { claims, header, key, tokens, verdict } = world();
    const head = rewrite(JSON.stringify(header));
    const token = signTexts(head, JSON.stringify(claims), key.privateKey);
    expect(verdict(token)).toBe(INVALID);
    // Nor is a key looked for that such a header names.
    expect(tokens.kidOf(token)).toBeUndefined();
  });

  it.each([1, 100, 1_400])('is refused: %i lists within each other', (depth) => {
    const { claims, header, key, verdict } = world();
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const payload = JSON.stringify(claims).replace(/"scope":"[^"]*"/, `"scope":${nested}`);
    expect(verdict(signTexts(JSON.stringify(header), payload, key.privateKey))).toBe(INVALID);
  });
});

describe('a text that is not the token, though it decodes to it', () => {
  const REWRITES: Record<string, (token: string) => string> = {
    padding: (token) => `${token}==`,
    'padding within': (token) => token.replace('.', '=.'),
    'a space before': (token) => ` ${token}`,
    'a space after': (token) => `${token} `,
    'a newline': (token) => `${token}\n`,
    'a space within': (token) => `${token.slice(0, 50)} ${token.slice(50)}`,
    'braces around': (token) => `{${token}}`,
    'quotes around': (token) => `"${token}"`,
    'Bearer twice': (token) => `Bearer ${token}`,
    'a fourth segment': (token) => `${token}.AA`,
    'an empty fourth segment': (token) => `${token}.`,
    'a segment less': (token) => token.split('.').slice(0, 2).join('.'),
    'an empty segment before': (token) => `.${token}`,
    'a zero byte': (token) => `${token}\0`,
    'a character that is not of the alphabet': (token) => `${token}!`,
    'letters of full width': (token) => token.replace('e', 'ｅ'),
    'the JSON serialization': (token) => {
      const [header, payload, signature] = token.split('.');
      return JSON.stringify({ protected: header, payload, signature });
    },
  };
  it.each(Object.entries(REWRITES))('is refused: %s', (_what, rewrite) => {
    const { claims, header, key, verdict } = world();
    const token = signed(header, claims, key.privateKey);
    // Before and after the true one is remembered.
    expect(verdict(rewrite(token))).toBe(INVALID);
    expect(verdict(token)).toBe('good');
    expect(verdict(rewrite(token))).toBe(INVALID);
  });

  it('is refused: the unused bits of a last character', () => {
    const { claims, header, key, verdict } = world();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const token = signed(header, claims, key.privateKey);
    // 64 bytes of a signature leave four unused bits.
    const last = alphabet.indexOf(token.at(-1)!);
    for (let bits = 1; bits < 16; bits += 1) {
      expect(verdict(token.slice(0, -1) + alphabet[last ^ bits]!)).toBe(INVALID);
    }
  });

  it('is refused: the alphabet of plain base64', () => {
    const { claims, header, key, verdict } = world();
    const tokens = Array.from({ length: 20 }, () => signed(header, claims, key.privateKey));
    const other = tokens.map((token) => token.replaceAll('-', '+').replaceAll('_', '/'));
    const changed = other.filter((token, n) => token !== tokens[n]);
    expect(changed.length).toBeGreaterThan(0);
    expect(new Set(changed.map(verdict))).toEqual(new Set([INVALID]));
  });

  it.each([[''], ['.'], ['..'], ['...'], ['a.b.c'], ['null'], ['undefined'], [base64url('{}')]])(
    'is refused: %j',
    (token) => {
      expect(world().verdict(token)).toBe(INVALID);
    },
  );
});
