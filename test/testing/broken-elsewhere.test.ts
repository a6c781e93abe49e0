import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLUnionType,
  getNamedType,
  isInterfaceType,
  isLeafType,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { enforcePolicy } from '../../src/directives/index.js';
import { compilePolicy } from '../../src/policy/index.js';
import type { Policy } from '../../src/policy/index.js';
import { createTestGuard, walkGuardedFields } from '../../src/testing/index.js';
import { refuse, walk, wrapping } from './broken-guards.js';
import { federated } from './fixtures/federated.js';
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

describe('of a subgraph', () => {
  const { schema } = federated;

  it('finds references that were forgotten', async () => {
    const { leaks } = await walkGuardedFields({
      schema,
      protect: (open) => {
        const before = (name: string) => open.getType(name) as GraphQLObjectType;
        return mapSchema(protect(open), {
          [MapperKind.OBJECT_TYPE]: (type) =>
            new GraphQLObjectType({
              ...type.toConfig(),
              extensions: before(type.name).extensions,
            }),
          [MapperKind.INTERFACE_TYPE]: (type) =>
            new GraphQLInterfaceType({
              ...type.toConfig(),
              extensions: before(type.name).extensions,
            }),
        });
      },
    });
    expect(faults(leaks)).toEqual([
      'Account.__resolveReference: its __resolveReference ran',
      'Vault.__resolveReference: its __resolveReference ran',
    ]);
  });

  it('finds rules on scalars and enums that were taken for nothing', async () => {
    const { leaks } = await walkGuardedFields({
      schema,
      protect: (open) => {
        const policy = compilePolicy(open);
        const isLeaf = (type: string, field: string) =>
          isLeafType(
            getNamedType((open.getType(type) as GraphQLObjectType).getFields()[field]!.type),
          );
        const loose = {
          type: (name: string) => policy.type(name),
          field: (type: string, field: string) =>
            field !== 'secret' && !policy.type(type).signedIn && isLeaf(type, field)
              ? { signedIn: false, scopes: [] }
              : policy.field(type, field),
        };
        return enforcePolicy(open, loose as unknown as Policy, createTestGuard());
      },
    });
    expect(new Set(leaks.map(({ coordinate }) => coordinate))).toEqual(
      new Set(['Person.iban', 'Person.rank', 'Plain.iban', 'Stone.weight']),
    );
  });
});
