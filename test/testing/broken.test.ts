import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { GraphQLFieldConfig, GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { isGuarded, refuse, walk, withTypesGuarded, wrapping } from './broken-guards.js';
import { faults, protect } from './support.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Field = GraphQLFieldConfig<unknown, unknown>;

/** The type that the query text has the field on, whatever the value turns out to be. */
function staticParent({ schema: of, operation, fragments, fieldNodes }: GraphQLResolveInfo) {
  const types = new TypeInfo(of);
  let parent = '';
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(
      definition,
      visitWithTypeInfo(types, {
        Field: (node) => {
          if (node === fieldNodes[0]) parent = types.getParentType()?.name ?? '';
        },
      }),
    );
  }
  return parent;
}

it('finds nothing wrong with what guards all of it', async () => {
  const report = await walk(protect);
  expect(report).toMatchObject({
    guardedFields: 7,
    leaks: [],
    denied: [],
    unreached: [],
    truncated: false,
  });
});

it('finds what is not guarded at all', async () => {
  const { leaks } = await walk((open) => open);
  expect(new Set(leaks.map(({ coordinate }) => coordinate))).toEqual(
    new Set([
      ...['Audit.__typename', 'Audit.entry', 'Mutation.wipe', 'Post.secret', 'Query.admin'],
      ...['Subscription.alerts', 'User.email', 'User.secret'],
    ]),
  );
});

it('finds a guard that ignores the rules of interfaces', async () => {
  const own = (config: Field) =>
    config.astNode?.directives?.some(({ name }) => name.value === 'auth') === true;
  const { leaks } = await walk((open) =>
    withTypesGuarded(wrapping((_type, _field, config) => own(config))(open)),
  );
  expect(faults(leaks)).toEqual([
    'Post.secret: it was answered',
    'Post.secret: its resolver ran',
    'User.secret: it was answered',
    'User.secret: its resolver ran',
  ]);
});

it('finds a guard that goes by the type that the query names', async () => {
  const { leaks } = await walk((open) =>
    withTypesGuarded(
      wrapping((_type, field, _config, info) => isGuarded(staticParent(info!), field))(open),
    ),
  );
  expect(faults(leaks)).toEqual([
    'Post.secret: it was answered',
    'Post.secret: its resolver ran',
    'User.secret: it was answered',
    'User.secret: its resolver ran',
  ]);
  expect(leaks.map(({ query }) => query)).toEqual(
    expect.arrayContaining(['query { node(id: "1") { secret } }']),
  );
});

it('finds a guard on root fields only', async () => {
  const roots = ['Query', 'Mutation', 'Subscription'];
  const { leaks } = await walk((open) =>
    withTypesGuarded(
      wrapping((type, field) => roots.includes(type) && isGuarded(type, field))(open),
    ),
  );
  expect(new Set(leaks.map(({ coordinate }) => coordinate))).toEqual(
    new Set(['Post.secret', 'User.email', 'User.secret']),
  );
});

it('finds a resolver that a later transform has put in the place of a guarded one', async () => {
  const { leaks } = await walk((open) =>
    mapSchema(protect(open), {
      [MapperKind.OBJECT_FIELD]: (config, field, type) =>
        type === 'User' && field === 'email' ? { ...config, resolve: () => 'a@b.c' } : undefined,
    }),
  );
  expect(leaks.map(({ coordinate, why, query }) => ({ coordinate, why, query }))).toEqual([
    { coordinate: 'User.email', why: 'it was answered', query: 'query { me { email } }' },
  ]);
});

it('finds a guard that wraps only the resolvers that there are', async () => {
  const { leaks } = await walk((open) =>
    withTypesGuarded(
      wrapping((type, field, { resolve }) => !!resolve && isGuarded(type, field))(open),
    ),
  );
  expect(new Set(leaks.map(({ coordinate }) => coordinate))).toEqual(
    new Set(['Post.secret', 'User.secret']),
  );
});

it('finds a guard that goes by the name in the answer', async () => {
  const { leaks } = await walk((open) =>
    withTypesGuarded(
      wrapping((type, _field, _config, info) => isGuarded(type, String(info?.path.key)))(open),
    ),
  );
  expect(leaks.find(({ coordinate }) => coordinate === 'Query.admin')).toMatchObject({
    query: 'query { a0: admin }',
  });
});

it('finds a guard that asks when the resolver has run', async () => {
  const { leaks } = await walk((open) =>
    mapSchema(protect(open), {
      [MapperKind.QUERY_ROOT_FIELD]: (config, field) => {
        const before = open.getQueryType()?.getFields()[field]?.resolve;
        if (field !== 'admin' || !before) return undefined;
        const resolve: Resolver = (...given) => {
          before(...given);
          return refuse();
        };
        return { ...config, resolve };
      },
    }),
  );
  expect(faults(leaks)).toEqual(['Query.admin: its resolver ran']);
});

it('finds a guard that answers null and says nothing, and one that fails otherwise', async () => {
  const { leaks } = await walk((open) =>
    mapSchema(protect(open), {
      [MapperKind.MUTATION_ROOT_FIELD]: (config, field) =>
        field === 'wipe' ? { ...config, resolve: () => null } : undefined,
      [MapperKind.QUERY_ROOT_FIELD]: (config, field) =>
        field === 'admin'
          ? { ...config, resolve: () => Promise.reject(new Error('no')) }
          : undefined,
    }),
  );
  expect(faults(leaks)).toEqual([
    'Mutation.wipe: it is missing, and nothing was refused',
    'Query.admin: it failed with no instead of being refused',
  ]);
});

it('finds a guard on more than there is a rule for', async () => {
  const { leaks, denied } = await walk((open) =>
    wrapping((type, field) => type === 'Post' && field === 'title')(protect(open)),
  );
  expect(leaks).toEqual([]);
  expect(faults(denied)).toEqual([
    'Post.title: it failed with UNAUTHENTICATED/NO_TOKEN, and nothing guards it',
  ]);
});

it('finds an open field that is lost', async () => {
  const { denied } = await walk((open) =>
    mapSchema(protect(open), {
      [MapperKind.OBJECT_FIELD]: (config, field, type) =>
        type === 'Post' && field === 'title' ? { ...config, resolve: () => null } : undefined,
    }),
  );
  expect(faults(denied)).toEqual(['Post.title: it is missing, and nothing guards it']);
});
