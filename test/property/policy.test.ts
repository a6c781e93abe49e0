import fc from 'fast-check';
import { judge } from '../../src/directives/index.js';
import { both, holdsScopes } from '../../src/policy/index.js';
import type { Requirement } from '../../src/policy/index.js';

const SCOPES = ['a', 'b', 'c', 'd', '__proto__'] as const;
const scopes = fc.array(fc.array(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 4 }), {
  maxLength: 4,
});
const age = fc.option(fc.nat(4), { nil: undefined });
const requirement: fc.Arbitrary<Requirement> = fc
  .record({ signedIn: fc.boolean(), scopes, maxAuthAge: age, maxStale: age })
  .map(({ signedIn, scopes: needed, maxAuthAge, maxStale }) =>
    signedIn
      ? {
          signedIn,
          scopes: needed,
          ...(maxAuthAge === undefined ? {} : { maxAuthAge }),
          ...(maxStale === undefined ? {} : { maxStale }),
        }
      : { signedIn, scopes: [] },
  );

const SUBSETS = Array.from(
  { length: 2 ** SCOPES.length },
  (_, bits) => new Set<string>(SCOPES.filter((_scope, n) => (bits >> n) & 1)),
);

/** What a requirement means: whom it admits, of all subsets of scopes, and its ages. */
const meaning = ({ signedIn, scopes: needed, maxAuthAge, maxStale }: Requirement) => ({
  signedIn,
  admits: SUBSETS.map((held) => holdsScopes(needed, held)),
  maxAuthAge,
  maxStale,
});

describe('two requirements joined', () => {
  it('mean the same in either order', () => {
    fc.assert(
      fc.property(requirement, requirement, (a, b) => {
        expect(meaning(both(a, b))).toEqual(meaning(both(b, a)));
      }),
    );
  });

  it('mean the same however three are grouped', () => {
    fc.assert(
      fc.property(requirement, requirement, requirement, (a, b, c) => {
        expect(meaning(both(both(a, b), c))).toEqual(meaning(both(a, both(b, c))));
      }),
    );
  });

  it('mean the one where both are the same', () => {
    fc.assert(fc.property(requirement, (a) => expect(meaning(both(a, a))).toEqual(meaning(a))));
  });

  it('mean the one beside a requirement of nothing', () => {
    const nothing = { signedIn: false, scopes: [] };
    fc.assert(
      fc.property(requirement, (a) => expect(meaning(both(a, nothing))).toEqual(meaning(a))),
    );
  });

  it('admit the scopes that each of them admits, and no others', () => {
    fc.assert(
      fc.property(requirement, requirement, (a, b) => {
        const joined = both(a, b);
        for (const held of SUBSETS) {
          const each = holdsScopes(a.scopes, held) && holdsScopes(b.scopes, held);
          expect(holdsScopes(joined.scopes, held)).toBe(each);
        }
      }),
    );
  });

  it('keep the strictest ages, and the need for a session', () => {
    const least = (...ages: (number | undefined)[]) => {
      const known = ages.filter((n) => n !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    };
    fc.assert(
      fc.property(requirement, requirement, (a, b) => {
        const joined = both(a, b);
        expect(joined.signedIn).toBe(a.signedIn || b.signedIn);
        expect(joined.maxAuthAge).toBe(least(a.maxAuthAge, b.maxAuthAge));
        expect(joined.maxStale).toBe(least(a.maxStale, b.maxStale));
      }),
    );
  });

  it('admit a token exactly when each of them does', () => {
    const token = fc.option(
      fc.record({ held: fc.subarray([...SCOPES]), age: fc.integer({ min: -1, max: 6 }) }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(requirement, requirement, token, (a, b, caller) => {
        const now = 1_000_000_000;
        const of = caller && {
          sessionId: 's',
          scopes: new Set<string>(caller.held),
          issuedAt: now / 1000,
          authenticatedAt: now / 1000 - caller.age,
        };
        const admits = (r: Requirement) => judge(r, of, { now: () => now }) === undefined;
        expect(admits(both(a, b))).toBe(admits(a) && admits(b));
      }),
      { numRuns: 1_000 },
    );
  });

  it('hold no alternative that another one implies', () => {
    fc.assert(
      fc.property(requirement, requirement, (a, b) => {
        if (a.scopes.length === 0 || b.scopes.length === 0) return;
        const { scopes: lists } = both(a, b);
        for (const list of lists) {
          for (const other of lists) {
            if (other !== list) expect(other.every((scope) => list.includes(scope))).toBe(false);
          }
        }
      }),
    );
  });
});
