import fc from 'fast-check';
import { holdsScopes } from '../../src/policy/index.js';
import type { Requirement } from '../../src/policy/index.js';
import {
  comparePolicies,
  formatRequirement,
  formatSnapshot,
  isLessGuarded,
  parseSnapshot,
} from '../../src/policy/report/index.js';

const SCOPES = ['a', 'b', 'c', '__proto__', "]),#|'("] as const;
const CONDITIONS = ['isOwner', 'isOpen', 'constructor'] as const;
const AGES = [0, 1, 2, 3];

const scopes = fc.array(fc.array(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 4 }), {
  maxLength: 4,
});
const age = fc.option(fc.constantFrom(...AGES), { nil: undefined });
const guarded: fc.Arbitrary<Requirement> = fc
  .record({
    scopes,
    maxAuthAge: age,
    maxStale: age,
    when: fc.subarray([...CONDITIONS]),
  })
  .map(({ maxAuthAge, maxStale, when, ...rest }) => ({
    ...{ signedIn: true, ...rest },
    ...(maxAuthAge === undefined ? {} : { maxAuthAge }),
    ...(maxStale === undefined ? {} : { maxStale }),
    ...(when.length === 0 ? {} : { when }),
  }));
const open: Requirement = { signedIn: false, scopes: [] };
const requirement = fc.oneof({ weight: 9, arbitrary: guarded }, fc.constant(open));

const subsets = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_each, n) => (bits >> n) & 1));
const HELD = subsets(SCOPES).map((held) => new Set<string>(held));
const MET = subsets<string>(CONDITIONS);

/** Somebody, as far as any requirement can tell them from somebody else. */
interface Caller {
  readonly held: ReadonlySet<string>;
  readonly authAge: number;
  readonly staleness: number;
  readonly met: readonly string[];
}
const ASKING: Caller[] = HELD.flatMap((held) =>
  [0, 1, 2, 3, 4].flatMap((authAge) =>
    [0, 1, 2, 3, 4].flatMap((staleness) => MET.map((met) => ({ held, authAge, staleness, met }))),
  ),
);

function passes(needed: Requirement, caller: Caller | undefined): boolean {
  if (!needed.signedIn) return true;
  if (!caller) return false;
  return (
    holdsScopes(needed.scopes, caller.held) &&
    caller.authAge <= (needed.maxAuthAge ?? Infinity) &&
    caller.staleness <= (needed.maxStale ?? Infinity) &&
    (needed.when ?? []).every((condition) => caller.met.includes(condition))
  );
}

describe('less guarded', () => {
  it('means of scopes that some set of them passes now that did not before', () => {
    fc.assert(
      fc.property(scopes, scopes, (before, after) => {
        const opened = HELD.some((held) => holdsScopes(after, held) && !holdsScopes(before, held));
        const of = (needed: string[][]): Requirement => ({ signedIn: true, scopes: needed });
        expect(isLessGuarded(of(before), of(after))).toBe(opened);
      }),
      { numRuns: 2_000 },
    );
  });

  it('means that somebody passes now who was refused before', () => {
    fc.assert(
      fc.property(requirement, requirement, (before, after) => {
        const opened = [undefined, ...ASKING].some(
          (caller) => passes(after, caller) && !passes(before, caller),
        );
        expect(isLessGuarded(before, after)).toBe(opened);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a snapshot', () => {
  const coordinate = fc
    .tuple(fc.constantFrom('Query', 'User', '__proto__'), fc.constantFrom('id', '_x', 'toString'))
    .map((names) => names.join('.'));
  const snapshot = fc
    .array(fc.tuple(coordinate, requirement), { maxLength: 9 })
    .map((entries) => new Map(entries));

  it('reads back as what was written, and differs from it in nothing', () => {
    fc.assert(
      fc.property(snapshot, (taken) => {
        const text = formatSnapshot(taken);
        const read = parseSnapshot(text, 'policy.snap');
        expect(formatSnapshot(read)).toBe(text);
        expect([...read.keys()].sort()).toEqual([...taken.keys()].sort());
        expect(comparePolicies(taken, read)).toEqual({
          ...{ lessGuarded: [], stricter: [], added: [], removed: [] },
        });
      }),
    );
  });

  it('says the same of the same demand, in whatever order it was given', () => {
    const mixed = <T>(list: readonly T[]) =>
      fc.shuffledSubarray([...list], { minLength: list.length });
    fc.assert(
      fc.property(
        guarded.chain((one) =>
          fc.tuple(fc.constant(one), mixed(one.scopes), mixed(one.when ?? [])),
        ),
        ([one, shuffled, when]) => {
          const other = { ...one, scopes: shuffled, ...(one.when ? { when } : {}) };
          expect(formatRequirement(other)).toBe(formatRequirement(one));
        },
      ),
    );
  });

  it('with any line damaged is refused, or means what it says', () => {
    fc.assert(
      fc.property(snapshot, fc.nat(), fc.string({ maxLength: 3 }), (taken, at, noise) => {
        const text = formatSnapshot(taken);
        const place = at % (text.length + 1);
        const damaged = text.slice(0, place) + noise + text.slice(place + 1);
        let read;
        try {
          read = parseSnapshot(damaged, 'policy.snap');
        } catch (error) {
          expect((error as Error).message).toMatch(/^policy\.snap/);
          return;
        }
        const [, ...lines] = damaged.replaceAll('\r\n', '\n').split('\n').filter(Boolean);
        const said = [...read].map(([name, needed]) => `${name} ${formatRequirement(needed)}`);
        expect(said).toEqual(lines);
      }),
    );
  });
});
