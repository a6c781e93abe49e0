import {
  GraphQLInterfaceType,
  GraphQLUnionType,
  defaultTypeResolver,
  isInterfaceType,
} from 'graphql';
import type { GraphQLAbstractType, GraphQLObjectType, GraphQLTypeResolver } from 'graphql';
import type { Policy } from '../policy/policy.js';
import { isPromise } from '../support/is-promise.js';
import type { Admit } from './admit.js';
import type { Meet } from './conditions.js';
import { markGuarded } from './guarded-functions.js';
import type { KeepPrivate } from './private-answers.js';

export interface ItemGuard {
  readonly policy: Policy;
  readonly admit: Admit;
  readonly meet: Meet;
  readonly keepPrivate: KeepPrivate;
}

/**
 * In a list of an interface or union, an item of a guarded type is refused as a whole, at its own
 * index, before anyone learns even its `__typename`; its neighbours stay.
 */
export function withGuardedItems(
  type: GraphQLAbstractType,
  { policy, admit, meet, keepPrivate }: ItemGuard,
): GraphQLAbstractType {
  const original: GraphQLTypeResolver<unknown, unknown> = type.resolveType ?? defaultTypeResolver;
  const resolveType: GraphQLTypeResolver<unknown, unknown> = (value, context, info, abstract) => {
    const admitted = (name: string | undefined) => {
      const requirement = policy.type(nameOf(name));
      if (!requirement.signedIn) return name;
      keepPrivate(context, info);
      // An item lies below its field: a root field of a mutation has run by now, so it checks anew.
      const path = { prev: info.path, key: 0, typename: undefined };
      const waiting = admit(requirement, context, { ...info, path });
      const met = () => requirement.when && meet(requirement.when, [value, {}, context, info]);
      const more = waiting ? waiting.then(met) : met();
      return more ? more.then(() => name) : name;
    };
    const name = original(value, context, info, abstract);
    return isPromise(name) ? name.then(admitted) : admitted(name);
  };
  markGuarded(resolveType, type.name);
  return isInterfaceType(type)
    ? new GraphQLInterfaceType({ ...type.toConfig(), resolveType })
    : new GraphQLUnionType({ ...type.toConfig(), resolveType });
}

/** Resolvers written for older versions of graphql-js answer the type itself. */
function nameOf(type: string | GraphQLObjectType | undefined): string {
  return typeof type === 'object' ? type.name : (type ?? '');
}
