import { reportOn } from '../../../src/policy/report/index.js';

const warningsOf = (text: string) =>
  reportOn([{ name: 'schema.graphql', text }]).warnings.map(({ coordinate, kind, message }) => {
    expect(message.startsWith(`${coordinate}: `)).toBe(true);
    return [kind, message];
  });

describe('a report warns of', () => {
  it('a root field without a rule, instead of refusing the schema', () => {
    const text = 'type Query { b: Int a: Int open: Int @public }';
    expect(reportOn([{ name: 'schema.graphql', text }]).bare).toEqual(['Query.a', 'Query.b']);
    expect(warningsOf(text)).toEqual([
      ['root-without-rule', 'Query.a: a root field with neither a rule nor @public'],
      ['root-without-rule', 'Query.b: a root field with neither a rule nor @public'],
    ]);
  });

  it('a guarded field that is non-null', () => {
    expect(warningsOf('type Query { a: Int! @auth b: Int! @public }')).toEqual([
      [
        'guarded-non-null',
        'Query.a: guarded and non-null, so a refusal wipes out its neighbours too',
      ],
    ]);
  });

  it('@public where a rule elsewhere overrules it', () => {
    expect(warningsOf('type Query { user: User @public } type User @auth { id: ID }')).toEqual([
      ['overruled-public', 'Query.user: @public is overruled by a rule elsewhere'],
    ]);
  });

  it('a guarded mutation that is not critical, and of no other', () => {
    const text = `
      type Query { a: Int @auth }
      type Mutation { open: Int @public now: Int @critical soon: Int @critical(maxStale: 5) a: Int @auth }`;
    expect(warningsOf(text)).toEqual([
      [
        'mutation-not-critical',
        'Mutation.a: guarded, but a session that ended elsewhere may still pass; add @critical',
      ],
    ]);
  });

  it('a list of a guarded type', () => {
    const text = `
      type Query { all: [User] @auth one: User @auth rows: [[User!]]! @auth own: [Mine] @auth free: [Open] @auth }
      type User @auth { id: ID }
      type Mine @auth(when: "isOwner") { id: ID }
      type Open { id: ID @auth }`;
    expect(warningsOf(text).filter(([kind]) => kind === 'list-of-guarded-type')).toEqual(
      [
        'Query.all: the items are User, which is guarded: the list is refused whole',
        'Query.own: the items are Mine, which has a condition: each is judged at its own fields',
        'Query.rows: the items are User, which is guarded: the list is refused whole',
      ].map((message) => ['list-of-guarded-type', message]),
    );
  });

  it('a list of an interface or a union, some of which is guarded', () => {
    const text = `
      type Query { nodes: [Node] @public any: [Any!] @public one: Any @public }
      interface Node { id: ID }
      union Any = User | Post | Team
      type User implements Node @auth { id: ID }
      type Team @critical { id: ID }
      type Post implements Node { id: ID }`;
    expect(warningsOf(text)).toEqual(
      [
        'Query.any: items may be Team or User, which are guarded: as items are non-null, one refusal wipes out the list',
        'Query.nodes: items may be User, which is guarded: such an item is refused by itself and is null',
      ].map((message) => ['list-of-guarded-type', message]),
    );
  });

  it('a directive that nobody declares, as it may be one of ours misspelt', () => {
    const text = `
      extend schema @link(url: "https://specs.example.com/x/v1", import: ["@known", { name: "@a", as: "@b" }])
      type Query @key(fields: "x") { x: Int @auth @autth @known @b @federation__tag }`;
    expect(warningsOf(text)).toEqual([
      ['undeclared-directive', '@autth: not declared, so it is taken for that of somebody else'],
    ]);
  });
});
