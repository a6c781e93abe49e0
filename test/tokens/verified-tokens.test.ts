import { VerifiedTokens } from '../../src/tokens/verified-tokens.js';

const SIGNATURE = 's'.repeat(86);
const token = (name: string, signature = SIGNATURE) => `header.${name}.${signature}`;
const signed = (name: string) => token(name, `${name.padStart(6, '0')}${'s'.repeat(80)}${name}`);

describe('tokens that were verified', () => {
  it('are found as they were', () => {
    const tokens = new VerifiedTokens<number>(10);
    tokens.set(signed('a'), 1);
    tokens.set(signed('b'), 2);
    expect([tokens.get(signed('a')), tokens.get(signed('b'))]).toEqual([1, 2]);
    expect(tokens.get(signed('c'))).toBeUndefined();
  });

  it('are not found by a signature that belongs to other claims', () => {
    const tokens = new VerifiedTokens<number>(4);
    tokens.set(token('mine'), 1);
    expect(tokens.get(token('yours'))).toBeUndefined();
    expect(tokens.get(SIGNATURE)).toBeUndefined();
    // Nor once they are among the older ones.
    tokens.set(signed('other'), 2);
    expect(tokens.get(token('yours'))).toBeUndefined();
    expect(tokens.get(token('mine'))).toBe(1);
  });

  it('are forgotten when they are deleted', () => {
    const tokens = new VerifiedTokens<number>(4);
    for (const name of ['a', 'b', 'c']) tokens.set(signed(name), 1);
    tokens.delete(signed('a'));
    tokens.delete(signed('c'));
    expect(['a', 'b', 'c'].map((name) => tokens.get(signed(name)))).toEqual([
      undefined,
      1,
      undefined,
    ]);
  });

  it('are at most so many, and those that are used stay', () => {
    const tokens = new VerifiedTokens<number>(100);
    tokens.set(signed('used'), 0);
    for (let n = 1; n <= 1_000; n += 1) {
      tokens.set(signed(String(n)), n);
      expect(tokens.get(signed('used'))).toBe(0);
    }
    const kept = Array.from({ length: 1_000 }, (_, at) => tokens.get(signed(String(at + 1))));
    const count = kept.filter((value) => value !== undefined).length;
    expect(count).toBeLessThanOrEqual(100);
    expect(count).toBeGreaterThanOrEqual(49);
    expect(kept.at(-1)).toBe(1_000);
  });

  it('are remembered where there is room for one alone', () => {
    const tokens = new VerifiedTokens<number>(1);
    tokens.set(signed('a'), 1);
    expect(tokens.get(signed('a'))).toBe(1);
    tokens.set(signed('b'), 2);
    expect([tokens.get(signed('a')), tokens.get(signed('b'))]).toEqual([undefined, 2]);
  });
});
