import jsonwebtoken from 'jsonwebtoken';
import { KeyRing } from '../../src/tokens/index.js';
import { INVALID, base64url, signed, world } from './support.js';

describe('a token that is refused', () => {
  it('for its size has cost nothing: no key was looked up', () => {
    const find = jest.spyOn(KeyRing.prototype, 'find');
    const verify = jest.spyOn(jsonwebtoken, 'verify');
    const { claims, header, key, verdict } = world();
    const sized = (length: number) => {
      const pad = (n: number) => signed(header, { ...claims, pad: 'x'.repeat(n) }, key.privateKey);
      const roughly = pad(Math.floor((length - pad(0).length) * 0.75));
      expect(Math.abs(roughly.length - length)).toBeLessThan(4);
      return roughly;
    };
    try {
      const large = sized(4_101);
      expect(verdict(large)).toBe(INVALID);
      expect(verdict('x'.repeat(1_000_000))).toBe(INVALID);
      expect(find).not.toHaveBeenCalled();
      expect(verify).not.toHaveBeenCalled();
      // The bound is where it is said to be.
      expect(verdict(sized(4_092))).toBe('good');
    } finally {
      find.mockRestore();
      verify.mockRestore();
    }
  });

  it('leaves nothing behind: 10,000 unknown kids reach no signature and push out no good token', () => {
    const { tokens, claims, header, key, verdict } = world();
    const good = signed(header, claims, key.privateKey);
    const first = tokens.verify(good);
    const verify = jest.spyOn(jsonwebtoken, 'verify');
    try {
      const [, payload, signature] = good.split('.');
      for (let n = 0; n < 10_000; n += 1) {
        const forged = base64url(JSON.stringify({ ...header, kid: `unknown-${n}` }));
        expect(verdict(`${forged}.${payload!}.${signature!}`)).toBe(INVALID);
      }
      expect(verify).not.toHaveBeenCalled();
      expect(tokens.verify(good)).toBe(first);
    } finally {
      verify.mockRestore();
    }
  });
});
