import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { guard } from './support/caller.js';
import { NO_TOKEN, SCOPE_MISSING, askSchema } from './support/in-process.js';

const protection = createProtection({ guard });
const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@authenticated", "@requiresScopes", "@shareable"]
)`;

/** A subgraph that counts which entities were looked up. */
function subgraphOf(sdl: string, by = protection) {
  const looked: string[] = [];
  const look = (type: string) => ({
    __resolveReference: ({ id }: { id: string }) => {
      looked.push(`${type} ${id}`);
      return { __typename: type, id, note: `note ${id}` };
    },
  });
  const bare = buildSubgraphSchema({
    typeDefs: parse(sdl),
    resolvers: { Query: { open: () => 'open' }, Account: look('Account'), Post: look('Post') },
  });
  return { schema: by.protect(bare), looked };
}

const ENTITIES = `query {
  _entities(representations: [
    { __typename: "Account", id: "1" }, { __typename: "Post", id: "2" }
  ]) { __typename ... on Account { note } ... on Post { note } }
}`;
const ACCOUNT = { __typename: 'Account', note: 'note 1' };
const POST = { __typename: 'Post', note: 'note 2' };

const withRule = (rule: string, link = LINK, more = protection.typeDefs) => `
  ${more} ${link}
  type Query { open: String @public }
  type Account @key(fields: "id") ${rule} { id: ID!  note: String }
  type Post @key(fields: "id") { id: ID!  note: String }`;

/** The same import under other names. */
const RENAMED = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", { name: "@authenticated", as: "@mustSignIn" }, { name: "@requiresScopes", as: "@needs" }]
)`;
const PREFIXED = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key"]
)`;

describe.each([
  ['@auth', withRule('@auth'), undefined],
  ['@critical', withRule('@critical'), undefined],
  ['@authenticated', withRule('@authenticated'), undefined],
  ['@authenticated under another name', withRule('@mustSignIn', RENAMED), undefined],
  ['@authenticated behind its prefix', withRule('@federation__authenticated', PREFIXED), undefined],
  ['@auth of a scope', withRule('@auth(scopes: [["admin"]])'), SCOPE_MISSING],
  ['@requiresScopes', withRule('@requiresScopes(scopes: [["admin"]])'), SCOPE_MISSING],
  [
    '@requiresScopes under another name',
    withRule('@needs(scopes: [["admin"]])', RENAMED),
    SCOPE_MISSING,
  ],
])('an entity of a subgraph with %s', (_rule, sdl, refusalOfUser) => {
  const { schema, looked } = subgraphOf(sdl);
  beforeEach(() => looked.splice(0));

  it('is not looked up for nobody, and its neighbour is', async () => {
    expect(await askSchema(schema, ENTITIES)).toEqual({
      data: { _entities: [null, POST] },
      reasons: [NO_TOKEN],
    });
    expect(looked).toEqual(['Post 2']);
  });

  it('is looked up for those only who may see it', async () => {
    expect(await askSchema(schema, ENTITIES, 'user')).toEqual({
      data: { _entities: [refusalOfUser === undefined ? ACCOUNT : null, POST] },
      reasons: refusalOfUser === undefined ? [] : [refusalOfUser],
    });
    expect(await askSchema(schema, ENTITIES, 'admin')).toEqual({
      data: { _entities: [ACCOUNT, POST] },
      reasons: [],
    });
  });

  it('is told of by _service, which needs no rule', async () => {
    const { data, reasons } = await askSchema(schema, '{ _service { sdl } open }');
    expect(reasons).toEqual([]);
    expect(data).toMatchObject({
      open: 'open',
      _service: { sdl: expect.stringContaining('type Account') as unknown },
    });
  });
});

describe('a subgraph', () => {
  it('guards a field of an entity that is open itself', async () => {
    const { schema, looked } = subgraphOf(`${protection.typeDefs} ${LINK}
      type Query { open: String @public }
      type Account @key(fields: "id") { id: ID!  note: String @authenticated }
      type Post @key(fields: "id") { id: ID!  note: String }`);
    expect(await askSchema(schema, ENTITIES)).toEqual({
      data: { _entities: [{ __typename: 'Account', note: null }, POST] },
      reasons: [NO_TOKEN],
    });
    expect(looked).toEqual(['Account 1', 'Post 2']);
  });

  it('needs none of our directives for federation’s own to be enforced', async () => {
    const { schema } = subgraphOf(`${LINK}
      type Query { open: String @authenticated }
      type Account @key(fields: "id") { id: ID!  note: String }
      type Post @key(fields: "id") { id: ID!  note: String }`);
    expect(await askSchema(schema, '{ open }')).toEqual({
      data: { open: null },
      reasons: [NO_TOKEN],
    });
  });

  it('may leave federation’s rules to its router', async () => {
    const lenient = createProtection({ guard, federation: false });
    const { schema } = subgraphOf(withRule('@authenticated'), lenient);
    expect(await askSchema(schema, ENTITIES)).toEqual({
      data: { _entities: [ACCOUNT, POST] },
      reasons: [],
    });
  });

  it('is refused when the guard of a reference was lost', () => {
    const { schema } = subgraphOf(withRule('@auth'));
    const account = schema.getType('Account');
    const { apollo } = account?.extensions as { apollo: { subgraph: object } };
    Object.assign(apollo.subgraph, { resolveReference: () => null });
    expect(() => protection.assertProtected(schema)).toThrow(/Account \(__resolveReference\)/);
  });
});
