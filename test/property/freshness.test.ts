import fc from 'fast-check';
import { decide } from '../../src/freshness/rule.js';

const bound = fc.integer({ min: 0, max: 1_000_000 });
const age = fc.option(
  fc.oneof(
    fc.integer({ min: -10_000, max: 2_000_000 }),
    fc.double({ min: -1e4, max: 2e6, noNaN: true }),
    fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, Number.MAX_VALUE, Number.MIN_VALUE),
  ),
  { nil: undefined },
);
const knowledge = fc.record({ issue: age, check: age, mark: age });
const passes = (maxStale: number | undefined, known: Parameters<typeof decide>[1]) =>
  decide(maxStale, known).kind === 'pass';

function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: 2_000 });
}

describe('the freshness rule, whatever is known', () => {
  it('is monotone: what passes a bound passes every looser one', () => {
    holds(
      fc.property(bound, bound, knowledge, (a, b, known) => {
        const [strict, loose] = a < b ? [a, b] : [b, a];
        if (passes(strict, known)) expect(passes(loose, known)).toBe(true);
        if (passes(loose, known)) expect(passes(undefined, known)).toBe(true);
      }),
    );
  });

  it('never passes when every age is beyond the bound, or is no number at all', () => {
    const useless = fc.constantFrom(undefined, NaN, Infinity, -Infinity);
    holds(
      fc.property(
        bound,
        fc.array(fc.oneof(fc.nat(), useless), { minLength: 3 }),
        (maxStale, ages) => {
          const [issue, check, mark] = ages.map((n) => (n === undefined ? n : maxStale + 1 + n));
          expect(decide(maxStale, { issue, check, mark })).toEqual({ kind: 'ask' });
        },
      ),
    );
  });

  it('always asks under a bound of 0', () => {
    holds(fc.property(knowledge, (known) => expect(decide(0, known)).toEqual({ kind: 'ask' })));
  });

  it('passes by a moment that is really known, and is the newest', () => {
    holds(
      fc.property(fc.option(bound, { nil: undefined }), knowledge, (maxStale, known) => {
        const decision = decide(maxStale, known);
        if (decision.kind === 'ask') return;
        const ages = Object.values(known).filter((n) => Number.isFinite(n)) as number[];
        expect(decision.staleness).toBe(Math.max(Math.min(...ages), 0));
        expect(Math.max(known[decision.source]!, 0)).toBe(decision.staleness);
        if (maxStale !== undefined) expect(decision.staleness).toBeLessThanOrEqual(maxStale);
      }),
    );
  });

  it('asks only when nothing known is within the bound', () => {
    holds(
      fc.property(
        bound.filter((n) => n > 0),
        knowledge,
        (maxStale, known) => {
          if (passes(maxStale, known)) return;
          for (const n of Object.values(known)) {
            expect(Number.isFinite(n) && (n as number) <= maxStale).toBe(false);
          }
        },
      ),
    );
  });

  it('is never worse off for knowing more', () => {
    holds(
      fc.property(bound, knowledge, age, (maxStale, known, check) => {
        const { check: _unknown, ...less } = known;
        if (passes(maxStale, less)) expect(passes(maxStale, { ...less, check })).toBe(true);
      }),
    );
  });

  it('takes a moment in the future for now, and for no better than that', () => {
    holds(
      fc.property(bound, fc.integer({ min: 1, max: 1e9 }), (maxStale, ahead) => {
        expect(decide(maxStale, { issue: -ahead })).toEqual(decide(maxStale, { issue: 0 }));
      }),
    );
  });
});
