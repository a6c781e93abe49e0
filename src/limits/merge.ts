import { Kind } from 'graphql';
import type { FieldNode, SelectionSetNode } from 'graphql';
import type { Fragments } from './shape.js';

/** Selections that meet at one place of the answer; `on` is what the caller knows of their type. */
export interface Scope<T> {
  readonly selectionSet: SelectionSetNode;
  readonly on: T;
}

export interface MergedField<T> {
  readonly node: FieldNode;
  readonly on: T;
}

interface Merged<T> {
  /** By their names in the answer. */
  readonly fields: ReadonlyMap<string, readonly MergedField<T>[]>;
  /** How many fragments meet here. */
  readonly fragments: number;
}

/**
 * The fields of one place by their names in the answer, fragments expanded, whatever their conditions:
 * as execution merges them. A fragment counts once at one place, however often it is spread there.
 * @param narrow what is known of the type inside a fragment with that condition
 */
export function mergeFields<T>(
  scopes: readonly Scope<T>[],
  fragments: Fragments,
  narrow: (on: T, condition: string) => T,
): Merged<T> {
  const merged = new Map<string, MergedField<T>[]>();
  const met = new Set<string>();
  const collect = ({ selectionSet, on }: Scope<T>): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = merged.get(name);
        if (group) group.push({ node: selection, on });
        else merged.set(name, [{ node: selection, on }]);
        continue;
      }
      let inside: typeof selection | ReturnType<Fragments['get']> = selection;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const { value } = selection.name;
        if (met.has(value)) continue;
        met.add(value);
        inside = fragments.get(value);
      }
      if (!inside || inside.kind === Kind.FRAGMENT_SPREAD) continue;
      const condition = inside.typeCondition?.name.value;
      const { selectionSet: inner } = inside;
      collect({ selectionSet: inner, on: condition === undefined ? on : narrow(on, condition) });
    }
  };
  scopes.forEach(collect);
  return { fields: merged, fragments: met.size };
}

/** Pairs that validation compares: fields that share a name at one place, and fragments that share one. */
export function countOverlaps(selectionSet: SelectionSetNode, fragments: Fragments): number {
  const within = (scopes: readonly Scope<undefined>[]): number => {
    const merged = mergeFields(scopes, fragments, () => undefined);
    let pairs = pairsOf(merged.fragments);
    for (const group of merged.fields.values()) {
      const below = group.flatMap(({ node }) =>
        node.selectionSet ? [{ selectionSet: node.selectionSet, on: undefined }] : [],
      );
      pairs += pairsOf(group.length) + (below.length > 0 ? within(below) : 0);
    }
    return pairs;
  };
  return within([{ selectionSet, on: undefined }]);
}

function pairsOf(number: number): number {
  return (number * (number - 1)) / 2;
}
