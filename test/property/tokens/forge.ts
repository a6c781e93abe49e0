import { createHmac, sign } from 'node:crypto';
import fc from 'fast-check';
import type { Court, Session } from './oracle.js';
import { unsigned } from './stricter.js';

/** How a token is made out of a good one. Nothing of it depends on keys, so that it can be shrunk. */
export interface Recipe {
  readonly header: readonly Edit[];
  readonly claims: readonly Edit[];
  readonly headerText: TextEdit;
  readonly payloadText: TextEdit;
  readonly signer: Signer;
  readonly encoded: Encoded;
}

type Edit = readonly [name: string, value: unknown];
type TextEdit = keyof typeof TEXT_EDITS;
type Signer = keyof typeof SIGNERS;
type Encoded = readonly [edit: keyof typeof ENCODED_EDITS, at: number];

const GONE = Symbol('gone');

/** 256-bit order of the curve's group. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const TEXT_EDITS = {
  'as it is': (text: string) => text,
  'a space': (text: string) => text.replace(':', ': '),
  'a newline behind': (text: string) => `${text}\n`,
  'a byte order mark': (text: string) => `\uFEFF${text}`,
  'a name escaped': (text: string) =>
    text.replace('"alg"', '"\\u0061lg"').replace('"s', '"\\u0073'),
  'a member twice, the same': (text: string) => text.replace(/\{("\w+":[^,{[]+),/, '{$1,$1,'),
  'another scope first': (text: string) => text.replace('{', '{"scope":"admin",'),
  'another scope last': (text: string) => text.replace(/\}$/, ',"scope":"admin"}'),
  'none first': (text: string) => text.replace('{', '{"alg":"none",'),
  'none last': (text: string) => text.replace(/\}$/, ',"alg":"none"}'),
  'numbers with a fraction': (text: string) => text.replace(/:(\d+)/, ':$1.0'),
  'an endless expiry': (text: string) => text.replace(/"exp":\d+/, '"exp":1e999'),
  'an endless issue': (text: string) => text.replace(/"iat":\d+/, '"iat":-1e999'),
  'minus zero': (text: string) => text.replace(/:0\b/, ':-0'),
  'a prototype': (text: string) => text.replace('{', '{"__proto__":{"admin":true},'),
  'in a list': (text: string) => `[${text}]`,
  'as a text': (text: string) => JSON.stringify(text),
  'deep within': (text: string) =>
    text.replace('{', `{"deep":${'['.repeat(500)}${']'.repeat(500)},`),
  'cut off': (text: string) => text.slice(0, -1),
  'a zero byte behind': (text: string) => `${text}\0`,
  nothing: () => '',
};

const es256 = (input: string, key: Court['key']) =>
  sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
const flipped = (bytes: Buffer, bit: number) => {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};

const SIGNERS = {
  ours: (input: string, { key }: Court) => es256(input, key),
  'ours, the twin signature': (input: string, { key }: Court) => {
    const signature = es256(input, key);
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
    const twin = (ORDER - s).toString(16).padStart(64, '0');
    return Buffer.concat([signature.subarray(0, 32), Buffer.from(twin, 'hex')]);
  },
  'ours, in DER': (input: string, { key }: Court) =>
    sign('sha256', Buffer.from(input), key.privateKey),
  'ours, a bit changed': (input: string, { key }: Court) => flipped(es256(input, key), 77),
  'ours, shorter': (input: string, { key }: Court) => es256(input, key).subarray(0, 63),
  'ours, longer': (input: string, { key }: Court) =>
    Buffer.concat([es256(input, key), Buffer.alloc(1)]),
  'ours, over another input': (input: string, { key }: Court) => es256(`${input}A`, key),
  'ours, with another hash': (input: string, { key }: Court) =>
    sign('sha384', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
  "a stranger's": (input: string, { stranger }: Court) => es256(input, stranger),
  'a code under the public key': (input: string, { key }: Court) => {
    const secret = key.publicKey.export({ format: 'pem', type: 'spki' });
    return createHmac('sha256', secret).update(input).digest();
  },
  'a code under nothing': (input: string) => createHmac('sha256', '').update(input).digest(),
  zeros: () => Buffer.alloc(64),
  'the order of the curve': () => {
    const order = Buffer.from(ORDER.toString(16), 'hex');
    return Buffer.concat([order, order]);
  },
  nothing: () => Buffer.alloc(0),
};

const ENCODED_EDITS = {
  'as it is': (token: string) => token,
  'a character changed': (token: string, at: number) => {
    const index = at % token.length;
    return `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
  },
  'a character less': (token: string, at: number) =>
    token.slice(0, at % token.length) + token.slice((at % token.length) + 1),
  'a space within': (token: string, at: number) =>
    `${token.slice(0, at % token.length)} ${token.slice(at % token.length)}`,
  'a newline behind': (token: string) => `${token}\n`,
  'padding behind': (token: string) => `${token}==`,
  'padding within': (token: string) => token.replace('.', '=.'),
  'the other alphabet': (token: string) => token.replaceAll('-', '+').replaceAll('_', '/'),
  'stray bits': (token: string) =>
    token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1),
  'a segment more': (token: string) => `${token}.`,
  'five segments': (token: string) => `${token}.AA.AA`,
  'a segment less': (token: string) => token.slice(0, token.lastIndexOf('.')),
  'no signature': (token: string) => token.slice(0, token.lastIndexOf('.') + 1),
  'as JSON': (token: string) => {
    const [head, payload, signature] = token.split('.');
    return JSON.stringify({ protected: head, payload, signature });
  },
};

const names = (record: object) => Object.keys(record) as never[];
/** Mostly nothing, so that what is wrong with a token is often one thing alone. */
const mostly = <T>(usual: T, others: readonly T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));

const NOW = Date.parse('2030-01-01T00:00:00Z') / 1_000;
const value = fc.oneof(
  fc.constantFrom<unknown>(GONE, GONE, null, '', 0, 1, -1, 1.5, true, false, [], {}, [''], ['api']),
  fc.integer({ min: NOW - 20, max: NOW + 330 }),
  fc.constantFrom('api', 'portcullis', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'ES256'),
  fc.constantFrom('none', 'HS256', 'RS256', 'PS256', 'ES384', 'EdDSA', 'es256', 'admin', 'a b'),
  fc.constantFrom<unknown>(['b64'], ['exp'], ['api', 'other'], ['other'], { api: true }),
  fc.constantFrom<unknown>(1e300, 2 ** 53, -0, 8_640_000_000_001, String(NOW), 'x'.repeat(4_000)),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
);
const edits = (members: readonly string[]) =>
  fc.array(fc.tuple(fc.oneof(fc.constantFrom(...members), fc.string({ maxLength: 8 })), value), {
    maxLength: 2,
    size: 'small',
  });

export const recipe: fc.Arbitrary<Recipe> = fc.record({
  header: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    edits('alg typ kid crit b64 cty zip jku jwk x5u x5c enc'.split(' ')),
  ),
  claims: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    edits('iss aud sub sid did iat exp nbf auth_time jti ver gen scope __proto__ admin'.split(' ')),
  ),
  headerText: mostly<TextEdit>('as it is', names(TEXT_EDITS)),
  payloadText: mostly<TextEdit>('as it is', names(TEXT_EDITS)),
  signer: mostly<Signer>('ours', names(SIGNERS)),
  encoded: fc.tuple(
    mostly<keyof typeof ENCODED_EDITS>('as it is', names(ENCODED_EDITS)),
    fc.nat(2_000),
  ),
});

function edited(from: object, list: readonly Edit[]): string {
  const members = new Map<string, unknown>(Object.entries(from));
  for (const [name, to] of list) {
    if (to === GONE) members.delete(name);
    else members.set(name, to);
  }
  // By hand: a member __proto__ is one like any other here.
  return `{${[...members].map((pair) => pair.map((each) => JSON.stringify(each)).join(':')).join(',')}}`;
}

export function forge(from: Recipe, court: Court, { header, claims }: Session): string {
  const head = TEXT_EDITS[from.headerText](edited(header, from.header));
  const payload = TEXT_EDITS[from.payloadText](edited(claims, from.claims));
  const input = unsigned(head, payload);
  const signature = SIGNERS[from.signer](input, court).toString('base64url');
  const [edit, at] = from.encoded;
  return ENCODED_EDITS[edit](`${input}.${signature}`, at);
}
