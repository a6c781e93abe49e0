import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { GraphQLUnionType, defaultFieldResolver } from 'graphql';
import type {
  GraphQLFieldConfig,
  GraphQLFieldResolver,
  GraphQLResolveInfo,
  GraphQLSchema,
} from 'graphql';
import { PortcullisError } from '../../src/errors/index.js';
import { compilePolicy } from '../../src/policy/index.js';
import { walkGuardedFields } from '../../src/testing/index.js';
import { build } from './support.js';

const SDL = `
  interface Node { id: ID! secret: String @auth }
  type User implements Node { id: ID! secret: String name: String email: String @auth }
  type Post implements Node { id: ID! secret: String title: String }
  type Audit @auth { entry: String }
  union Hit = User | Post | Audit
  type Query {
    me: User @public
    node(id: ID!): Node @public
    search(text: String!): [Hit] @public
    admin: String @auth
  }
  type Mutation { save: User @public wipe: String @auth }
  type Subscription { changed: Node @public alerts: String @auth }`;

const RESOLVED = () => 'resolved';
const schema = build(SDL, {
  User: { email: RESOLVED },
  Query: { me: RESOLVED, admin: RESOLVED },
  Mutation: { wipe: RESOLVED },
  Hit: { __resolveType: () => 'User' },
  Node: { __resolveType: () => 'User' },
  Subscription: { alerts: { subscribe: RESOLVED, resolve: RESOLVED } },
});

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Field = GraphQLFieldConfig<unknown, unknown>;

export const refuse = () => {
  throw new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
};

/** A guard of somebody's own. @param asks which fields, and when */
export function wrapping(
  asks: (type: string, field: string, config: Field, info?: GraphQLResolveInfo) => boolean,
) {
  return (open: GraphQLSchema) =>
    mapSchema(open, {
      [MapperKind.OBJECT_FIELD]: (config: Field, field, type) => {
        const asking =
          (resolve: Resolver): Resolver =>
          (source, args, context, info) =>
            asks(type, field, config, info) ? refuse() : resolve(source, args, context, info);
        return {
          ...config,
          resolve: asking(config.resolve ?? defaultFieldResolver),
          ...(config.subscribe && { subscribe: asking(config.subscribe) }),
        };
      },
    });
}

const policy = compilePolicy(schema);
export const isGuarded = (type: string, field: string) => policy.field(type, field).signedIn;
export const walk = (broken: (schema: GraphQLSchema) => GraphQLSchema) =>
  walkGuardedFields({ schema, protect: broken, depth: 3 });

/** Refuses the values of guarded types, as it should be. */
export const withTypesGuarded = (open: GraphQLSchema) =>
  mapSchema(open, {
    [MapperKind.UNION_TYPE]: (type) =>
      new GraphQLUnionType({
        ...type.toConfig(),
        resolveType: async (...given) => {
          const name = await type.resolveType?.(...given);
          return name === 'Audit' ? refuse() : name;
        },
      }),
  });
