import type { Edge, Graph } from './graph.js';

/** Which object types so and so many fields lead to, and by which of them. */
export class Reach {
  readonly #graph: Graph;
  readonly #openly: boolean;
  readonly #levels: ReadonlySet<string>[];
  /** Of each level, by declared type: what leads there is the same for all values of an interface. */
  readonly #edges: Map<string, readonly Edge[]>[] = [];

  /** @param openly whether only by what is not refused */
  constructor(graph: Graph, depth: number, openly: boolean) {
    this.#graph = graph;
    this.#openly = openly;
    this.#levels = [new Set(graph.roots.keys())];
    for (let length = 1; length <= depth; length += 1) {
      const here = graph.objects.filter(({ name }) => {
        for (const _edge of this.edges(name, length)) return true;
        return false;
      });
      this.#levels.push(new Set(here.map(({ name }) => name)));
    }
  }

  has(type: string, length: number): boolean {
    return this.#levels[length]?.has(type) === true;
  }

  /** The last fields of all ways to a value of the type that are so long. */
  *edges(type: string, length: number): Generator<Edge> {
    yield* this.#declared(type, length);
    const refused = this.#graph.isGuardedType(type);
    if (refused && this.#openly) return;
    for (const abstract of this.#graph.abstractsOf(type)) {
      for (const edge of this.#declared(abstract, length)) {
        yield refused ? { ...edge, closed: true } : edge;
      }
    }
  }

  #declared(type: string, length: number): readonly Edge[] {
    const level = (this.#edges[length] ??= new Map<string, readonly Edge[]>());
    const known = level.get(type);
    if (known) return known;
    const edges = this.#graph
      .into(type)
      .filter((edge) => this.has(edge.type, length - 1) && !(this.#openly && edge.closed));
    level.set(type, edges);
    return edges;
  }
}
