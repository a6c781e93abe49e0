import { Kind } from 'graphql';
import type { FragmentDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { QueryLimits } from './query-limits.js';

/** How large a part of a document is once its fragments are expanded. */
export type Shape = Pick<
  QueryLimits,
  'depth' | 'nesting' | 'aliases' | 'directives' | 'selections'
>;

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const NOTHING: Shape = { depth: 0, nesting: 0, aliases: 0, directives: 0, selections: 0 };

/**
 * Measures selections in time linear in the document: a fragment is measured once, however often it is
 * spread, so fragments that double at each of fifty levels cost nothing.
 */
export class ShapeMeter {
  readonly #fragments: Fragments;
  /** Undefined while one is being measured. */
  readonly #measured = new Map<string, Shape | undefined>();
  #isCircular = false;

  constructor(fragments: Fragments) {
    this.#fragments = fragments;
  }

  /** Whether fragments that spread themselves were met. Those are endless, and measured as if they ended. */
  get isCircular(): boolean {
    return this.#isCircular;
  }

  /** Whether what was measured so far has spread it. */
  hasMet(fragment: string): boolean {
    return this.#measured.has(fragment);
  }

  ofFragment(name: string): Shape {
    const known = this.#measured.get(name);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment || this.#measured.has(name)) {
      this.#isCircular ||= fragment !== undefined;
      return NOTHING;
    }
    this.#measured.set(name, undefined);
    const inner = this.of(fragment.selectionSet);
    const shape = { ...inner, directives: inner.directives + countOf(fragment.directives) };
    this.#measured.set(name, shape);
    return shape;
  }

  of(selectionSet: SelectionSetNode | undefined): Shape {
    return (selectionSet?.selections ?? []).reduce<Shape>((sum, selection) => {
      const below = this.#below(selection);
      const isField = selection.kind === Kind.FIELD;
      return {
        depth: Math.max(sum.depth, below.depth + (isField ? 1 : 0)),
        nesting: Math.max(sum.nesting, below.nesting + 1),
        aliases: sum.aliases + below.aliases + (isField && selection.alias ? 1 : 0),
        directives: sum.directives + below.directives + countOf(selection.directives),
        selections: sum.selections + below.selections + 1,
      };
    }, NOTHING);
  }

  #below(selection: SelectionNode): Shape {
    return selection.kind === Kind.FRAGMENT_SPREAD
      ? this.ofFragment(selection.name.value)
      : this.of(selection.selectionSet);
  }
}

export function countOf(nodes: readonly unknown[] | undefined): number {
  return nodes?.length ?? 0;
}
