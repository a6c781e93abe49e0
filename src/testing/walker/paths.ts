import type { OperationTypeNode } from 'graphql';
import type { Edge, Graph, Step } from './graph.js';

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
  /** By number of fields: the object types that so many fields lead to. */
  readonly #reached: readonly ReadonlySet<string>[];
  readonly #reachedOpenly: readonly ReadonlySet<string>[];

  constructor(graph: Graph, depth: number) {
    this.#graph = graph;
    this.#depth = depth;
    this.#reached = this.#spread(() => true);
    this.#reachedOpenly = this.#spread(({ closed }) => !closed);
  }

  reaches({ type }: Step): boolean {
    return this.#reached.slice(0, this.#depth).some((types) => types.has(type));
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
    const reached = open ? this.#reachedOpenly : this.#reached;
    for (const above of this.#back(target.type, length, reached, open)) {
      if (!open && above.every(({ closed }) => !closed)) continue;
      const steps = [...above, target];
      const operation = this.#graph.roots.get(steps[0]?.type ?? '');
      const refusedEarly = above.slice(0, -1).some(({ closed }) => closed);
      if (operation !== undefined) yield { operation, steps, open, refusedEarly };
    }
  }

  *#back(
    type: string,
    length: number,
    reached: readonly ReadonlySet<string>[],
    open: boolean,
  ): Generator<readonly Edge[]> {
    if (reached[length]?.has(type) !== true) return;
    if (length === 0) {
      yield [];
      return;
    }
    for (const edge of this.#graph.into(type)) {
      if (open && edge.closed) continue;
      for (const above of this.#back(edge.type, length - 1, reached, open)) yield [...above, edge];
    }
  }

  #spread(passes: (edge: Edge) => boolean): ReadonlySet<string>[] {
    const levels = [new Set(this.#graph.roots.keys())];
    for (let last = levels[0]; last && levels.length <= this.#depth; last = levels.at(-1)) {
      const before = last;
      const here = this.#graph.objects.filter(({ name }) =>
        this.#graph.into(name).some((edge) => before.has(edge.type) && passes(edge)),
      );
      levels.push(new Set(here.map(({ name }) => name)));
    }
    return levels;
  }
}
