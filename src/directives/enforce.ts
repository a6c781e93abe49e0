import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  GraphQLInterfaceType,
  GraphQLUnionType,
  defaultFieldResolver,
  defaultTypeResolver,
  isInterfaceType,
} from 'graphql';
import type {
  GraphQLAbstractType,
  GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLTypeResolver,
} from 'graphql';
import type { Policy } from '../policy/policy.js';
import type { Requirement } from '../policy/requirement.js';
import { createAdmit } from './admit.js';
import type { Admit } from './admit.js';
import { Farewell } from './farewell.js';
import type { Guard, VerifiedToken } from './guard.js';
import { Phases } from './phases.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * The last transform of a schema: whatever the policy guards asks first, in the concrete field's own
 * `resolve` and `subscribe`, whichever interface, fragment or alias the query came by. Fields without a
 * requirement keep their very resolver.
 */
export function enforcePolicy<T extends VerifiedToken>(
  schema: GraphQLSchema,
  policy: Policy,
  guard: Guard<T>,
): GraphQLSchema {
  const admit = createAdmit(guard, new Phases());
  const subscription = schema.getSubscriptionType()?.name;
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, fieldName, typeName) => {
      const requirement = policy.field(typeName, fieldName);
      if (!requirement.signedIn) return undefined;
      const { resolve = defaultFieldResolver } = config;
      // Also where the source comes from the root value, by graphql-js's default.
      const subscribe =
        typeName === subscription ? (config.subscribe ?? defaultFieldResolver) : config.subscribe;
      return {
        ...config,
        resolve: guarded(requirement, admit, resolve),
        ...(subscribe ? { subscribe: guarded(requirement, admit, subscribe) } : {}),
      };
    },
    [MapperKind.ABSTRACT_TYPE]: (type, mapped) => {
      const guardsAny = mapped
        .getPossibleTypes(type)
        .some(({ name }) => policy.type(name).signedIn);
      return guardsAny ? withGuardedItems(type, policy, admit) : undefined;
    },
  });
}

function guarded(requirement: Requirement, admit: Admit, resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    if (source instanceof Farewell) return resolve(source.event, args, context, info);
    const waiting = admit(requirement, context, info);
    return waiting
      ? waiting.then(() => resolve(source, args, context, info))
      : resolve(source, args, context, info);
  };
}

/**
 * In a list of an interface or union, an item of a guarded type is refused as a whole, at its own
 * index, before anyone learns even its `__typename`; its neighbours stay.
 */
function withGuardedItems(type: GraphQLAbstractType, policy: Policy, admit: Admit) {
  const original: GraphQLTypeResolver<unknown, unknown> = type.resolveType ?? defaultTypeResolver;
  const resolveType: GraphQLTypeResolver<unknown, unknown> = (value, context, info, abstract) => {
    const admitted = (name: string | undefined) => {
      const requirement = policy.type(nameOf(name));
      // An item lies below its field: a root field of a mutation has run by now, so it checks anew.
      const path = { prev: info.path, key: 0, typename: undefined };
      const waiting = requirement.signedIn
        ? admit(requirement, context, { ...info, path })
        : undefined;
      return waiting ? waiting.then(() => name) : name;
    };
    const name = original(value, context, info, abstract);
    return isPromise(name) ? name.then(admitted) : admitted(name);
  };
  return isInterfaceType(type)
    ? new GraphQLInterfaceType({ ...type.toConfig(), resolveType })
    : new GraphQLUnionType({ ...type.toConfig(), resolveType });
}

/** Resolvers written for older versions of graphql-js answer the type itself. */
function nameOf(type: string | GraphQLObjectType | undefined): string {
  return typeof type === 'object' ? type.name : (type ?? '');
}

function isPromise<V>(value: V | PromiseLike<V>): value is Promise<V> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
