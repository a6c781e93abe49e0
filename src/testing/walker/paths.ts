import type { OperationTypeNode } from 'graphql';
import type { Edge, Graph, Step } from './graph.js';
import { Reach } from './reach.js';

/** A way from a root type down to a field. */
export interface Path {
  readonly operation: OperationTypeNode;
  /** The last one is the target. */
  readonly steps: readonly Step[];
  /** Nothing on the way to the target is refused; the target may be. */
  readonly open: boolean;
  /** Something is refused further up than where the target's object comes from. */
  readonly refusedEarly: boolean;
}

/** The ways to every field, found backwards from it, so that none is tried which leads nowhere. */
export class Paths {
  readonly #graph: Graph;
  readonly #depth: number;
  readonly #any: Reach;
  readonly #open: Reach;

  constructor(graph: Graph, depth: number) {
    this.#graph = graph;
    this.#depth = depth;
    this.#any = new Reach(graph, depth, false);
    this.#open = new Reach(graph, depth, true);
  }

  reaches({ type }: Step): boolean {
    return Array.from({ length: this.#depth }, (_, n) => n).some((n) => this.#any.has(type, n));
  }

  /** The shortest first, and those on which nothing but the target is refused before all others. */
  *to(target: Step): Generator<Path> {
    // `__typename` is no field of its own: it tells of the value that the field above it answers.
    const isTypename = target.field === '__typename';
    const lengths = Array.from({ length: this.#depth }, (_, n) => (isTypename ? n + 1 : n));
    for (const length of lengths) yield* this.#along(target, length, true);
    if (!this.#graph.isGuarded(target)) return;
    for (const length of lengths) yield* this.#along(target, length, false);
  }

  *#along(target: Step, length: number, open: boolean): Generator<Path> {
    for (const above of this.#back(target.type, length, open ? this.#open : this.#any)) {
      if (!open && above.every(({ closed }) => !closed)) continue;
      const steps = [...above, target];
      const operation = this.#graph.roots.get(steps[0]?.type ?? '');
      const refusedEarly = above.slice(0, -1).some(({ closed }) => closed);
      if (operation !== undefined) yield { operation, steps, open, refusedEarly };
    }
  }

  *#back(type: string, length: number, reach: Reach): Generator<readonly Edge[]> {
    if (!reach.has(type, length)) return;
    if (length === 0) {
      yield [];
      return;
    }
    for (const edge of reach.edges(type, length)) {
      for (const above of this.#back(edge.type, length - 1, reach)) yield [...above, edge];
    }
  }
}
