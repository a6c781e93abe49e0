import { isEnumType, isLeafType, isListType, isNonNullType } from 'graphql';
import type { GraphQLLeafType, GraphQLOutputType, GraphQLResolveInfo } from 'graphql';
import type { Graph } from './graph.js';

/** Stands for a value of an object type. */
export interface StubValue {
  readonly __typename: string;
}

/** What a default-resolved field finds as its object's property. */
type Property = (args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;

/** Makes values of any type, each with all that default resolvers may look for. */
export class Values {
  readonly #graph: Graph;
  readonly #property: (type: string, field: string) => Property;
  readonly #objects = new Map<string, StubValue>();

  constructor(graph: Graph, property: (type: string, field: string) => Property) {
    this.#graph = graph;
    this.#property = property;
  }

  /** @param aim the object type to answer where there are several */
  of(type: GraphQLOutputType, aim: string | undefined): unknown {
    if (isNonNullType(type)) return this.of(type.ofType, aim);
    if (isListType(type)) {
      const items = this.#items(type.ofType, aim);
      // An item that is refused at once makes graphql-js abandon those before it that it waits for, and
      // when these are refused as well, nobody handles it and the process ends.
      return isNonNullType(type.ofType) ? items.map((item) => Promise.resolve(item)) : items;
    }
    if (isLeafType(type)) return leaf(type);
    return this.object(this.#graph.single(type, aim) ?? '');
  }

  object(name: string): StubValue {
    const known = this.#objects.get(name);
    if (known) return known;
    const type = this.#graph.objects.find((each) => each.name === name);
    // Without a prototype, so that fields called constructor or hasOwnProperty are nothing special.
    const value = Object.assign(Object.create(null) as object, { __typename: name });
    for (const field of Object.keys(type?.getFields() ?? {})) {
      Object.assign(value, { [field]: this.#property(name, field) });
    }
    this.#objects.set(name, value);
    return value;
  }

  #items(type: GraphQLOutputType, aim: string | undefined): unknown[] {
    const inner = isNonNullType(type) ? type.ofType : type;
    return isListType(inner) || isLeafType(inner)
      ? [this.of(inner, aim)]
      : this.#graph.items(inner, aim).map((name) => this.object(name));
  }
}

function leaf(type: GraphQLLeafType): unknown {
  if (isEnumType(type)) {
    const values = type.getValues().map(({ value }): unknown => value);
    return values.find((value) => value != null);
  }
  switch (type.name) {
    case 'Int':
      return 1;
    case 'Float':
      return 1.5;
    case 'Boolean':
      return true;
    default:
      return 'text';
  }
}
