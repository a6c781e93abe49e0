import { comparePolicies, isLessGuarded } from '../../../src/policy/report/index.js';
import { PUBLIC } from '../../../src/policy/requirement.js';
import type { Requirement } from '../../../src/policy/requirement.js';

const guarded = (more: Partial<Requirement> = {}): Requirement => ({
  signedIn: true,
  scopes: [],
  ...more,
});
const scoped = (...scopes: string[][]) => guarded({ scopes });

describe('a field is less guarded', () => {
  it.each<[string, Requirement, Requirement]>([
    ['when it is public now', guarded(), PUBLIC],
    ['when an alternative of scopes is added', scoped(['a']), scoped(['a'], ['b'])],
    ['when a needed scope is dropped', scoped(['a', 'b']), scoped(['a'])],
    ['when all scopes are dropped', scoped(['a']), guarded()],
    ['when another scope is asked for', scoped(['a']), scoped(['b'])],
    ['when maxAuthAge is dropped', guarded({ maxAuthAge: 300 }), guarded()],
    ['when maxAuthAge is larger', guarded({ maxAuthAge: 300 }), guarded({ maxAuthAge: 301 })],
    ['when maxStale is dropped', guarded({ maxStale: 0 }), guarded()],
    ['when maxStale is larger', guarded({ maxStale: 0 }), guarded({ maxStale: 1 })],
    ['when a condition is dropped', guarded({ when: ['x', 'y'] }), guarded({ when: ['x'] })],
    ['when a condition is another one', guarded({ when: ['x'] }), guarded({ when: ['y'] })],
    ['when one demand goes and another comes', scoped(['a']), guarded({ maxStale: 0 })],
  ])('%s', (_, before, after) => {
    expect(isLessGuarded(before, after)).toBe(true);
  });
});

describe('a field is not less guarded', () => {
  it.each<[string, Requirement, Requirement]>([
    [
      'when nothing changed',
      guarded({ maxStale: 5, when: ['x'] }),
      guarded({ maxStale: 5, when: ['x'] }),
    ],
    ['when it was public', PUBLIC, guarded()],
    ['when it is public as before', PUBLIC, PUBLIC],
    ['when an alternative is taken away', scoped(['a'], ['b']), scoped(['b'])],
    ['when one more scope is needed', scoped(['a']), scoped(['a', 'b'])],
    ['when scopes come in another order', scoped(['a', 'b'], ['c']), scoped(['c'], ['b', 'a'])],
    ['when an added alternative is implied by one', scoped(['a']), scoped(['a'], ['a', 'b'])],
    [
      'when the ages are smaller',
      guarded({ maxAuthAge: 9, maxStale: 9 }),
      guarded({ maxAuthAge: 8, maxStale: 0 }),
    ],
    ['when a condition is added', guarded(), guarded({ when: ['x'] })],
  ])('%s', (_, before, after) => {
    expect(isLessGuarded(before, after)).toBe(false);
  });
});

describe('two policies compared', () => {
  it('differ by what is less guarded, stricter, new and gone, each sorted', () => {
    const before = new Map([
      ['Query', PUBLIC],
      ['Query.same', guarded()],
      ['Query.z', guarded()],
      ['Query.a', scoped(['a'])],
      ['Query.strict', guarded()],
      ['Query.gone', PUBLIC],
    ]);
    const after = new Map([
      ['Query', PUBLIC],
      ['Query.z', PUBLIC],
      ['Query.same', guarded()],
      ['Query.new', PUBLIC],
      ['Query.a', scoped(['b'])],
      ['Query.strict', guarded({ maxStale: 0 })],
    ]);
    expect(comparePolicies(before, after)).toEqual({
      lessGuarded: [
        { coordinate: 'Query.a', before: scoped(['a']), after: scoped(['b']) },
        { coordinate: 'Query.z', before: guarded(), after: PUBLIC },
      ],
      stricter: [
        { coordinate: 'Query.strict', before: guarded(), after: guarded({ maxStale: 0 }) },
      ],
      added: [{ coordinate: 'Query.new', after: PUBLIC }],
      removed: [{ coordinate: 'Query.gone', before: PUBLIC }],
    });
  });

  it('tell of a type that is not guarded as a whole any more, though its fields are', () => {
    const before = new Map([
      ['User', guarded()],
      ['User.id', guarded()],
    ]);
    const after = new Map([
      ['User', PUBLIC],
      ['User.id', guarded()],
    ]);
    expect(comparePolicies(before, after).lessGuarded).toEqual([
      { coordinate: 'User', before: guarded(), after: PUBLIC },
    ]);
  });

  it('know of a type that was open from its fields', () => {
    const before = new Map([['User.id', PUBLIC]]);
    const now = new Map([
      ['User', guarded()],
      ['User.id', guarded()],
      ['Post', PUBLIC],
      ['Post.id', PUBLIC],
    ]);
    const { stricter, added } = comparePolicies(before, now);
    expect(stricter.map(({ coordinate }) => coordinate)).toEqual(['User', 'User.id']);
    expect(added.map(({ coordinate }) => coordinate)).toEqual(['Post.id']);
  });

  it('do not take the name of a member of every object for a coordinate', () => {
    const now = new Map([['Query.constructor', PUBLIC]]);
    expect(comparePolicies(new Map(), now).added).toEqual([
      { coordinate: 'Query.constructor', after: PUBLIC },
    ]);
  });
});
