import fc from 'fast-check';
import { walkGuardedFields } from '../../src/testing/index.js';
import { build, protect } from '../testing/support.js';

const RULES = ['', '', '', '@auth', '@critical', '@auth(scopes: [["a"]])'] as const;
const rule = fc.constantFrom(...RULES);
const wrapping = fc.constantFrom('*', '*!', '[*]', '[*!]', '[*!]!', '[[*]!]', '[[*!]!]!');

const FACES = ['Face', 'Mask'] as const;
const OBJECTS = ['Ant', 'Bee', 'Cat', 'Dog'] as const;
const target = fc.constantFrom('String', 'Kind', 'Face', 'Mask', 'Any', 'Some', ...OBJECTS);
const shape = fc.record({ to: target, as: wrapping, rule });
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const object = fc.record({
  rule,
  own: fc.array(shape, { maxLength: 3 }),
  faces: fc.subarray([...FACES]),
  /** Rules on the fields that it has for its interfaces. */
  inherited: fc.tuple(rule, rule, rule, rule),
});

const schemas = fc.record({
  faces: fc.tuple(
    fc.record({ rule, fields: fc.tuple(shape, shape) }),
    fc.record({ rule, fields: fc.tuple(shape, shape) }),
  ),
  maskIsFace: fc.boolean(),
  objects: fc.tuple(object, object, object, object),
  any: fc.subarray([...OBJECTS], { minLength: 1 }),
  some: fc.subarray([...OBJECTS], { minLength: 2 }),
  query: fc.array(shape, { minLength: 1, maxLength: 4 }),
  mutation: fc.array(shape, { minLength: 1, maxLength: 2 }),
  subscription: fc.array(shape, { minLength: 1, maxLength: 2 }),
});
type Plan = typeof schemas extends fc.Arbitrary<infer T> ? T : never;

const typeOf = ({ to, as }: Shape) => as.replace('*', to);
const fieldsOf = (prefix: string, shapes: readonly Shape[], otherwise = '') =>
  shapes.map((each, n) => `${prefix}${n}: ${typeOf(each)} ${each.rule || otherwise}`).join(' ');

function write(plan: Plan): string {
  const faces = FACES.map((name, n) => {
    const { rule: whole, fields } = plan.faces[n]!;
    const inherits = name === 'Mask' && plan.maskIsFace;
    const above = inherits ? fieldsOf('face', plain(plan.faces[0].fields)) : '';
    return `interface ${name} ${inherits ? 'implements Face' : ''} ${whole} {
      ${above} ${fieldsOf(name.toLowerCase(), fields)} }`;
  });
  const objects = OBJECTS.map((name, n) => {
    const { rule: whole, own, inherited, ...rest } = plan.objects[n]!;
    const needsFace = plan.maskIsFace && rest.faces.includes('Mask');
    const all = FACES.filter((face) => rest.faces.includes(face) || (face === 'Face' && needsFace));
    const has = all
      .flatMap((face) =>
        plan.faces[FACES.indexOf(face)]!.fields.map((each, k) => ({ face, each, k })),
      )
      .map(({ face, each, k }) => {
        const written = inherited[FACES.indexOf(face) * 2 + k] ?? '';
        return `${face.toLowerCase()}${k}: ${typeOf(each)} ${written}`;
      });
    const implemented = all.length > 0 ? `implements ${all.join(' & ')}` : '';
    return `type ${name} ${implemented} ${whole} {
      id: ID ${has.join(' ')} ${fieldsOf('own', own)} }`;
  });
  return [
    'enum Kind { A B }',
    `union Any = ${plan.any.join(' | ')}`,
    `union Some = ${plan.some.join(' | ')}`,
    // Every interface has an object, so that there is something to answer.
    `type Last implements Face & Mask { ${fieldsOf('face', plain(plan.faces[0].fields))}
      ${fieldsOf('mask', plain(plan.faces[1].fields))} }`,
    ...faces,
    ...objects,
    `type Query { ${fieldsOf('q', plan.query, '@public')} }`,
    `type Mutation { ${fieldsOf('m', plan.mutation, '@public')} }`,
    `type Subscription { ${fieldsOf('s', plan.subscription, '@public')} }`,
  ].join('\n');
}

const plain = (shapes: readonly Shape[]) => shapes.map((each) => ({ ...each, rule: '' as const }));

describe('whatever types and rules a schema has', () => {
  it('no guarded field is answered without a token, and no other is refused', async () => {
    await fc.assert(
      fc.asyncProperty(schemas, async (plan) => {
        const report = await walkGuardedFields({
          schema: build(write(plan)),
          protect,
          depth: 3,
          maxQueries: 300,
        });
        expect({ leaks: report.leaks, denied: report.denied }).toEqual({ leaks: [], denied: [] });
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
