import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { GraphQLInterfaceType, GraphQLObjectType, defaultFieldResolver } from 'graphql';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Policy } from '../policy/policy.js';
import type { Requirement } from '../policy/requirement.js';
import { createAdmit } from './admit.js';
import { createMeet } from './conditions.js';
import type { Conditions } from './conditions.js';
import { Farewell } from './farewell.js';
import type { Guard, VerifiedToken } from './guard.js';
import { markGuarded } from './guarded-functions.js';
import { withGuardedItems } from './items.js';
import type { ItemGuard } from './items.js';
import { Phases } from './phases.js';
import { createKeepPrivate } from './private-answers.js';
import { guardedReference } from './references.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

export interface EnforceOptions {
  /** What `@auth(when:)` names. */
  readonly conditions?: Conditions | undefined;
  /** Told of the context of every operation that asks for something guarded: its answer is private. */
  readonly onGuarded?: ((context: unknown) => void) | undefined;
}

/**
 * The last transform of a schema: whatever the policy guards asks first, in the concrete field's own
 * `resolve` and `subscribe`, whichever interface, fragment or alias the query came by. Fields without a
 * requirement keep their very resolver.
 */
export function enforcePolicy<T extends VerifiedToken>(
  schema: GraphQLSchema,
  policy: Policy,
  guard: Guard<T>,
  { conditions = {}, onGuarded }: EnforceOptions = {},
): GraphQLSchema {
  const parts: ItemGuard = {
    policy,
    admit: createAdmit(guard, new Phases()),
    meet: createMeet({ conditions, onError: guard.conditionFailed }),
    keepPrivate: createKeepPrivate(onGuarded),
  };
  const subscription = schema.getSubscriptionType()?.name;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const requirement = policy.field(typeName, fieldName);
      if (!requirement.signedIn) return undefined;
      const asks = (resolve: Resolver) =>
        markGuarded(guarded(requirement, parts, resolve), coordinate(typeName, fieldName));
      const { resolve = defaultFieldResolver } = config;
      // Also where the source comes from the root value, by graphql-js's default.
      const subscribe =
        typeName === subscription ? (config.subscribe ?? defaultFieldResolver) : config.subscribe;
      return {
        ...config,
        resolve: asks(resolve),
        ...(subscribe ? { subscribe: asks(subscribe) } : {}),
      };
    },
    [MapperKind.OBJECT_TYPE]: (type) => {
      const extensions = guardedReference(type, policy.type(type.name), parts);
      return extensions && new GraphQLObjectType({ ...type.toConfig(), extensions });
    },
    [MapperKind.ABSTRACT_TYPE]: (type, mapped) => {
      const guardsAny = mapped
        .getPossibleTypes(type)
        .some(({ name }) => policy.type(name).signedIn);
      const items = guardsAny ? withGuardedItems(type, parts) : type;
      const extensions =
        items instanceof GraphQLInterfaceType
          ? guardedReference(items, policy.type(type.name), parts)
          : undefined;
      if (extensions && items instanceof GraphQLInterfaceType) {
        return new GraphQLInterfaceType({ ...items.toConfig(), extensions });
      }
      return guardsAny ? items : undefined;
    },
  });
}

export function coordinate(typeName: string, fieldName: string): string {
  return `${typeName}.${fieldName}`;
}

function guarded(
  requirement: Requirement,
  { admit, meet, keepPrivate }: ItemGuard,
  resolve: Resolver,
): Resolver {
  const { when } = requirement;
  const conditionally: Resolver = when
    ? (source, args, context, info) => {
        const waiting = meet(when, [source, args as Record<string, unknown>, context, info]);
        return waiting
          ? waiting.then(() => resolve(source, args, context, info))
          : resolve(source, args, context, info);
      }
    : resolve;
  return (source, args, context, info) => {
    keepPrivate(context, info);
    if (source instanceof Farewell) return resolve(source.event, args, context, info);
    const waiting = admit(requirement, context, info);
    return waiting
      ? waiting.then(() => conditionally(source, args, context, info))
      : conditionally(source, args, context, info);
  };
}
