import { makeExecutableSchema } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  buildSchema,
  defaultFieldResolver,
  extendSchema,
  parse,
} from 'graphql';
import type { GraphQLFieldConfigMap } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { guard } from './support/caller.js';
import { NO_TOKEN, SCOPE_MISSING, askSchema } from './support/in-process.js';

const protection = createProtection({ guard });

/** Resolvers of one schema, that count. */
function counters() {
  const ran: string[] = [];
  const run = (name: string) => () => {
    ran.push(name);
    return name;
  };
  return { ran, run };
}

/** What a schema with `open`, `secret` and `forAdmins` must answer, however it was built. */
async function expectEnforced(bare: GraphQLSchema, ran: string[], by = protection): Promise<void> {
  const schema = by.protect(bare);
  const query = '{ open secret forAdmins }';
  expect(await askSchema(schema, query)).toEqual({
    data: { open: 'open', secret: null, forAdmins: null },
    reasons: [NO_TOKEN, NO_TOKEN],
  });
  expect(ran.splice(0)).toEqual(['open']);
  expect(await askSchema(schema, query, 'user')).toEqual({
    data: { open: 'open', secret: 'secret', forAdmins: null },
    reasons: [SCOPE_MISSING],
  });
  expect(ran.splice(0)).toEqual(['open', 'secret']);
  expect(await askSchema(schema, query, 'admin')).toEqual({
    data: { open: 'open', secret: 'secret', forAdmins: 'forAdmins' },
    reasons: [],
  });
}

describe('the rules of a schema are enforced that is built', () => {
  it('from SDL', async () => {
    const { ran, run } = counters();
    const bare = makeExecutableSchema({
      typeDefs: [
        protection.typeDefs,
        `type Query {
          open: String @public  secret: String @auth  forAdmins: String @auth(scopes: [["admin"]])
        }`,
      ],
      resolvers: {
        Query: { open: run('open'), secret: run('secret'), forAdmins: run('forAdmins') },
      },
    });
    await expectEnforced(bare, ran);
  });

  it('by extendSchema', async () => {
    const { ran, run } = counters();
    const bare = extendSchema(
      buildSchema(`${protection.typeDefs} type Query { open: String @public }`),
      parse(`extend type Query {
        secret: String @auth  forAdmins: String @auth(scopes: [["admin"]])
      }`),
    );
    const fields = bare.getQueryType()?.getFields() ?? {};
    for (const [name, field] of Object.entries(fields)) field.resolve = run(name);
    await expectEnforced(bare, ran);
  });

  it.each([
    [
      'a list of names and arguments',
      {
        open: [{ name: 'public' }],
        secret: [{ name: 'auth' }],
        forAdmins: [{ name: 'auth', args: { scopes: [['admin']] } }],
      },
    ],
    [
      'an object of the arguments of each name',
      { open: { public: {} }, secret: { auth: {} }, forAdmins: { auth: { scopes: [['admin']] } } },
    ],
    [
      'an object of which a name is used repeatedly',
      {
        open: { public: true },
        secret: { auth: [{}, {}] },
        forAdmins: { auth: [{}, { scopes: [['admin']] }] },
      },
    ],
  ])('in code, with extensions.directives as %s', async (_form, directives) => {
    const { ran, run } = counters();
    const fields = Object.fromEntries(
      Object.entries(directives).map(([name, rules]) => [
        name,
        { type: GraphQLString, resolve: run(name), extensions: { directives: rules } },
      ]),
    ) as unknown as GraphQLFieldConfigMap<unknown, unknown>;
    const bare = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
    await expectEnforced(bare, ran);
  });

  it('with other names for the directives', async () => {
    const { ran, run } = counters();
    const names = { auth: 'signedIn', critical: 'fresh', public: 'open' };
    const renaming = createProtection({ guard, names });
    const build = (sdl: string) =>
      makeExecutableSchema({
        typeDefs: [renaming.typeDefs, sdl],
        resolvers: {
          Query: { open: run('open'), secret: run('secret'), forAdmins: run('forAdmins') },
        },
      });
    const bare = build(`type Query {
      open: String @open  secret: String @fresh  forAdmins: String @signedIn(scopes: [["admin"]])
    }`);
    await expectEnforced(bare, ran, renaming);
    const old = makeExecutableSchema({
      typeDefs: [renaming.typeDefs, protection.typeDefs, 'type Query { secret: String @auth }'],
    });
    expect(() => renaming.protect(old)).toThrow(
      /@auth: the schema declares it, but the directive's name is set to @signedIn/,
    );
  });
});

describe('a protected schema', () => {
  const secret = () => 'secret';
  const open = () => 'open';
  const build = () =>
    makeExecutableSchema({
      typeDefs: [
        protection.typeDefs,
        `type Query { open: String @public  bare: Thing @public  secret: String @auth }
        type Thing { name: String  hidden: String @auth }
        type Subscription { ticks: String @public }`,
      ],
      resolvers: { Query: { open, secret }, Subscription: { ticks: { subscribe: open } } },
    });

  it('has the very resolver of every field that nothing guards', () => {
    const fieldOf = (schema: GraphQLSchema, type: string, field: string) =>
      (schema.getType(type) as GraphQLObjectType).getFields()[field];
    const bare = build();
    const schema = protection.protect(bare);
    expect(fieldOf(bare, 'Query', 'open')?.resolve).toEqual(expect.any(Function));
    for (const [type, field] of [
      ['Query', 'open'],
      ['Query', 'bare'],
      ['Thing', 'name'],
      ['Subscription', 'ticks'],
    ] as const) {
      const [before, after] = [fieldOf(bare, type, field), fieldOf(schema, type, field)];
      expect(after?.resolve).toBe(before?.resolve);
      expect(after?.subscribe).toBe(before?.subscribe);
    }
    expect(fieldOf(schema, 'Query', 'secret')?.resolve).not.toBe(secret);
    expect(fieldOf(schema, 'Thing', 'hidden')?.resolve).not.toBe(defaultFieldResolver);
  });

  it('is the same when it is protected again', () => {
    const schema = protection.protect(build());
    expect(protection.protect(schema)).toBe(schema);
  });

  it('is found whole after transforms that leave its resolvers alone', () => {
    const schema = mapSchema(protection.protect(build()), {
      [MapperKind.OBJECT_TYPE]: (type) =>
        new GraphQLObjectType({ ...type.toConfig(), description: 'told about' }),
    });
    expect(() => protection.assertProtected(schema)).not.toThrow();
  });

  it.each([
    ['replaces a resolver', () => 'open to everybody'],
    ['takes a resolver away', undefined],
  ])('is refused when a later transform %s', (_what, resolve) => {
    const schema = mapSchema(protection.protect(build()), {
      [MapperKind.OBJECT_FIELD]: (config, field) => {
        const { resolve: _before, ...rest } = config;
        return field === 'hidden' ? { ...rest, ...(resolve ? { resolve } : {}) } : config;
      },
    });
    expect(() => protection.assertProtected(schema)).toThrow(
      'A transform after protect() has replaced what guards these; protect() must be the last:\n' +
        '  Thing.hidden',
    );
  });

  it('is guarded at what an extension adds once it is protected again', async () => {
    const extended = extendSchema(
      protection.protect(build()),
      parse('extend type Query { more: String @auth }'),
    );
    expect(() => protection.assertProtected(extended)).toThrow(/Query\.more/);
    const schema = protection.protect(extended);
    protection.assertProtected(schema);
    expect(await askSchema(schema, '{ more secret open }')).toEqual({
      data: { more: null, secret: null, open: 'open' },
      reasons: [NO_TOKEN, NO_TOKEN],
    });
    expect(await askSchema(schema, '{ secret }', 'user')).toEqual({
      data: { secret: 'secret' },
      reasons: [],
    });
  });
});
