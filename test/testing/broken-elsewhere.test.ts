import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { GraphQLInterfaceType, GraphQLUnionType, isInterfaceType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { walkGuardedFields } from '../../src/testing/index.js';
import { refuse, walk, wrapping } from './broken-guards.js';
import { build, faults, protect } from './support.js';

/** `resolveType` as it was before. */
const withoutItemGuards = (open: GraphQLSchema) =>
  mapSchema(protect(open), {
    [MapperKind.ABSTRACT_TYPE]: (type) => {
      const before = open.getType(type.name) as typeof type;
      const config = { ...type.toConfig(), resolveType: before.resolveType };
      return isInterfaceType(type)
        ? new GraphQLInterfaceType(config as ReturnType<GraphQLInterfaceType['toConfig']>)
        : new GraphQLUnionType(config as ReturnType<GraphQLUnionType['toConfig']>);
    },
  });

it('finds a subscribe that was forgotten', async () => {
  const { leaks } = await walk((open) =>
    mapSchema(protect(open), {
      [MapperKind.SUBSCRIPTION_ROOT_FIELD]: (config, field) => {
        const { subscribe } = open.getSubscriptionType()?.getFields()[field] ?? {};
        return { ...config, ...(subscribe && { subscribe }) };
      },
    }),
  );
  expect(faults(leaks)).toEqual(['Subscription.alerts: its subscribe ran']);
});

it('finds a subscribe that was left to the default', async () => {
  const open = build('type Query { open: String @public } type Subscription { a: String @auth }');
  const { leaks } = await walkGuardedFields({
    schema: open,
    protect: wrapping((type, field) => type === 'Subscription' && field === 'a'),
  });
  expect(faults(leaks)).toEqual(['Subscription.a: its subscribe ran']);
});

it('finds type resolvers that were forgotten', async () => {
  const { leaks } = await walk(withoutItemGuards);
  expect(faults(leaks)).toEqual(['Audit.__typename: it was answered']);
});

it('finds a guard that does not wait for a promised type', async () => {
  const { leaks } = await walk((open) =>
    mapSchema(protect(open), {
      [MapperKind.UNION_TYPE]: (type) => {
        const before = open.getType(type.name) as GraphQLUnionType;
        const resolveType: typeof type.resolveType = (...given) => {
          const name = before.resolveType?.(...given);
          return name === 'Audit' ? refuse() : name;
        };
        return new GraphQLUnionType({ ...type.toConfig(), resolveType });
      },
    }),
  );
  expect(faults(leaks)).toEqual(['Audit.__typename: it was answered']);
});
