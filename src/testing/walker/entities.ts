import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Graph, Step } from './graph.js';

type Entity = GraphQLObjectType | GraphQLInterfaceType;
export type ResolveReference = (
  reference: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
) => unknown;

interface SubgraphExtensions {
  readonly apollo?: { readonly subgraph?: { readonly resolveReference?: ResolveReference } };
}

/** What resolves the references of a gateway to this type. */
export function referenceOf(type: Entity): ResolveReference | undefined {
  return (type.extensions as SubgraphExtensions).apollo?.subgraph?.resolveReference;
}

export function withReference(type: Entity, resolveReference: ResolveReference) {
  const { apollo } = type.extensions as SubgraphExtensions;
  return {
    ...type.extensions,
    apollo: { ...apollo, subgraph: { ...apollo?.subgraph, resolveReference } },
  };
}

/** Whether this is the field by which a gateway gets entities; what answers it is no user's code. */
export function isEntitiesField({ type, field }: Step, graph: Graph): boolean {
  return (
    field === '_entities' && graph.roots.get(type) === 'query' && graph.type('_Entity') != null
  );
}

/** The types of the items that a list field answers. */
export function itemsOf(step: Step, graph: Graph, aim: string | undefined): readonly string[] {
  const items = graph.items(graph.shapeOf(step).named, aim);
  if (!isEntitiesField(step, graph)) return items;
  return [...items, ...referenced(graph).map((type) => graph.single(type, undefined) ?? '')];
}

/** A representation of an entity of every type, as an argument; undefined for all other fields. */
export function representations(
  step: Step,
  graph: Graph,
  aim: string | undefined,
): string | undefined {
  if (!isEntitiesField(step, graph)) return undefined;
  const items = graph.items(graph.shapeOf(step).named, aim);
  const names = [...items, ...referenced(graph).map(({ name }) => name)];
  return `(representations: [${names.map((name) => `{ __typename: "${name}" }`).join(', ')}])`;
}

/** Interfaces that a gateway may name although no value is of them. */
function referenced(graph: Graph): readonly GraphQLInterfaceType[] {
  return graph.interfaces.filter((type) => referenceOf(type));
}
