import { isCompositeType, isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLField } from 'graphql';
import type { Graph, Step } from './graph.js';

/** The forms in which a query can ask for one field of an object. */
export const KINDS = [
  'direct',
  'alias',
  'untyped fragment',
  'inline fragment',
  'named fragment',
  'nested fragments',
  'inline fragment on an interface',
  'named fragment on an interface',
  'fragment within a fragment on an abstract type',
] as const;

export type Kind = (typeof KINDS)[number];

export interface Way {
  /** The fragments around the field, from the outside in, by type; '' has none. */
  readonly within: readonly string[];
  readonly named: boolean;
  readonly alias: boolean;
}

/** Finds for each place in a query in which forms it may ask. */
export class Ways {
  readonly #graph: Graph;
  readonly #known = new Map<string, readonly Way[]>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** @param parent the type that the query takes the value for */
  to(parent: string, step: Step, kind: Kind): readonly Way[] {
    const key = `${parent} ${step.type}.${step.field} ${kind}`;
    const known = this.#known.get(key);
    if (known) return known;
    const ways = this.#find(parent, step, kind);
    this.#known.set(key, ways);
    return ways;
  }

  /** One way of this kind, or the nearest that there is. */
  like(parent: string, step: Step, kind: Kind): Way {
    return (
      this.to(parent, step, kind)[0] ??
      this.to(parent, step, 'direct')[0] ?? { within: [step.type], named: false, alias: false }
    );
  }

  /** The field as a type knows it; undefined for `__typename`, and where there is no such field. */
  fieldOf(type: string, field: string): GraphQLField<unknown, unknown> | undefined {
    const found = this.#graph.type(type);
    return isObjectType(found) || isInterfaceType(found) ? found.getFields()[field] : undefined;
  }

  #find(parent: string, step: Step, kind: Kind): Way[] {
    const { type, field } = step;
    const can = this.#has(parent, field);
    const plain = { named: false, alias: false };
    switch (kind) {
      case 'direct':
        return can ? [{ within: [], ...plain }] : [];
      case 'alias':
        return [{ within: can ? [] : [type], named: false, alias: true }];
      case 'untyped fragment':
        return can ? [{ within: [''], ...plain }] : [];
      case 'inline fragment':
        return [{ within: [type], ...plain }];
      case 'named fragment':
        return [{ within: [type], named: true, alias: false }];
      case 'nested fragments':
        return [{ within: [parent, type], named: true, alias: false }];
      case 'inline fragment on an interface':
        return this.#faces(parent, step).map((face) => ({ within: [face], ...plain }));
      case 'named fragment on an interface':
        return this.#faces(parent, step).map((face) => ({
          within: [face],
          named: true,
          alias: false,
        }));
      case 'fragment within a fragment on an abstract type':
        return this.#graph
          .abstractsOf(type)
          .filter((name) => name !== parent)
          .map((name) => ({ within: [name, type], ...plain }));
    }
  }

  #faces(parent: string, { type, field }: Step): string[] {
    return this.#graph
      .abstractsOf(type)
      .filter((name) => name !== parent && isInterfaceType(this.#graph.type(name)))
      .filter((name) => this.#has(name, field));
  }

  #has(type: string, field: string): boolean {
    if (field === '__typename') return isCompositeType(this.#graph.type(type));
    return this.fieldOf(type, field) !== undefined;
  }
}
