import { sign as cryptoSign } from 'node:crypto';
import { generateSigningKey } from '../../src/tokens/index.js';
import { INVALID, base64url, signTexts, signed, world } from './support.js';

/** Order of the group of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const number = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const zero = Buffer.alloc(32);
const halves = (signature: Buffer) => [signature.subarray(0, 32), signature.subarray(32)] as const;

function signedBy(make: (signature: Buffer, input: Buffer) => Buffer): string {
  const { claims, header, key, verdict } = world();
  const token = signed(header, claims, key.privateKey);
  const input = token.slice(0, token.lastIndexOf('.'));
  const signature = Buffer.from(token.slice(input.length + 1), 'base64url');
  return verdict(`${input}.${make(signature, Buffer.from(input)).toString('base64url')}`);
}

describe('a signature that is not two numbers of 32 bytes', () => {
  const der = cryptoSign('sha256', Buffer.from('x'), generateSigningKey().privateKey);
  it.each<[string, (signature: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['one byte', () => Buffer.alloc(1)],
    ['a byte less', (signature) => signature.subarray(0, 63)],
    ['a byte less before', (signature) => signature.subarray(1)],
    ['a byte more', (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
    ['a byte more before', (signature) => Buffer.concat([Buffer.alloc(1), signature])],
    ['twice', (signature) => Buffer.concat([signature, signature])],
    ['its first half', (signature) => signature.subarray(0, 32)],
    ['as long as of P-384', () => Buffer.alloc(96, 1)],
    ['DER', () => der],
    ['a code of SHA-256', () => Buffer.alloc(32, 1)],
  ])('is refused: %s', (_what, make) => {
    expect(signedBy(make)).toBe(INVALID);
  });

  it('is refused in DER, even of the true numbers', () => {
    const { claims, header, key, verdict } = world();
    const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
    const signature = cryptoSign('sha256', Buffer.from(input), key.privateKey);
    expect(verdict(`${input}.${signature.toString('base64url')}`)).toBe(INVALID);
  });
});

describe('a signature whose numbers are out of range', () => {
  it.each<[string, (r: Buffer, s: Buffer) => readonly [Buffer, Buffer]]>([
    ['both zero', () => [zero, zero]],
    ['r zero', (_, s) => [zero, s]],
    ['s zero', (r) => [r, zero]],
    ['both the order', () => [number(ORDER), number(ORDER)]],
    ['r the order, s one', () => [number(ORDER), number(1n)]],
    ['all ones', () => [Buffer.alloc(32, 255), Buffer.alloc(32, 255)]],
    ['exchanged', (r, s) => [s, r]],
  ])('is refused: %s', (_what, make) => {
    expect(signedBy((signature) => Buffer.concat(make(...halves(signature))))).toBe(INVALID);
  });
});

describe('the twin of a signature, which anybody can make of it', () => {
  it('is as good, and makes another text of one and the same token: nothing goes by the text', () => {
    const { claims, header, key, tokens } = world();
    const token = signed(header, claims, key.privateKey);
    const input = token.slice(0, token.lastIndexOf('.'));
    const [r, s] = halves(Buffer.from(token.slice(input.length + 1), 'base64url'));
    const mirrored = number(ORDER - BigInt(`0x${s.toString('hex')}`));
    const twin = `${input}.${Buffer.concat([r, mirrored]).toString('base64url')}`;
    expect(twin).not.toBe(token);
    expect(tokens.verify(twin)).toEqual(tokens.verify(token));
  });
});

describe('a token within a token, or no signed token at all', () => {
  it.each<[string, (token: string) => [header: object, payload: string]]>([
    ['nested', (token) => [{ cty: 'JWT' }, token]],
    ['nested without a word of it', (token) => [{}, token]],
    ['nested as JSON text', (token) => [{}, JSON.stringify(token)]],
  ])('is refused: %s', (_what, make) => {
    const { claims, header, key, verdict } = world();
    const [more, payload] = make(signed(header, claims, key.privateKey));
    const outer = signTexts(JSON.stringify({ ...header, ...more }), payload, key.privateKey);
    expect(verdict(outer)).toBe(INVALID);
  });

  it('is refused: encrypted', () => {
    const { header, verdict } = world();
    for (const alg of ['dir', 'ECDH-ES', 'PBES2-HS256+A128KW', 'RSA1_5', 'ES256']) {
      const head = base64url(JSON.stringify({ ...header, alg }));
      for (const wrapped of ['', 'AAAA'])
        expect(verdict(`${head}.${wrapped}.AAAA.AAAA.AAAA`)).toBe(INVALID);
    }
  });
});
