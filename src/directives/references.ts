import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Requirement } from '../policy/requirement.js';
import type { Admit } from './admit.js';
import { isGuarded, markGuarded } from './guarded-functions.js';
import type { KeepPrivate } from './private-answers.js';

type Entity = GraphQLObjectType | GraphQLInterfaceType;
type ResolveReference = (reference: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;

interface SubgraphExtensions {
  readonly apollo?: { readonly subgraph?: { readonly resolveReference?: ResolveReference } };
}

const markOf = (type: Entity) => `${type.name}.__resolveReference`;

function referenceOf(type: Entity): ResolveReference | undefined {
  return (type.extensions as SubgraphExtensions).apollo?.subgraph?.resolveReference;
}

/**
 * A gateway reaches an entity by `_entities`, past every field that answers it: what the type demands is
 * asked before its `__resolveReference` runs.
 * @returns the type's extensions; undefined where there is nothing to guard
 */
export function guardedReference(
  type: Entity,
  requirement: Requirement,
  { admit, keepPrivate }: { readonly admit: Admit; readonly keepPrivate: KeepPrivate },
): Entity['extensions'] | undefined {
  const resolve = referenceOf(type);
  if (!resolve || !requirement.signedIn) return undefined;
  // Always a promise: what is thrown at once would refuse all entities of the query.
  const resolveReference: ResolveReference = async (reference, context, info) => {
    keepPrivate(context, info);
    await admit(requirement, context, info);
    return resolve(reference, context, info);
  };
  markGuarded(resolveReference, markOf(type));
  const { apollo } = type.extensions as SubgraphExtensions;
  return {
    ...type.extensions,
    apollo: { ...apollo, subgraph: { ...apollo?.subgraph, resolveReference } },
  };
}

/** Whether a type's `__resolveReference`, if it has one, asks first. */
export function hasGuardedReference(type: Entity): boolean {
  const resolve = referenceOf(type);
  return resolve === undefined || isGuarded(resolve, markOf(type));
}
