import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLUnionType,
  isInterfaceType,
  valueFromASTUntyped,
} from 'graphql';
import type { GraphQLAbstractType, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { isEntitiesField, referenceOf, withReference } from './entities.js';
import type { Graph, Step } from './graph.js';
import { Values } from './values.js';
import type { StubValue } from './values.js';

/** What of a guarded coordinate ran, although nobody is signed in. */
export interface Ran {
  readonly coordinate: string;
  readonly what: 'resolver' | 'subscribe' | '__resolveReference';
}

/**
 * Stands in for all that users wrote. Where they wrote nothing, there is nothing: what is left to
 * graphql-js's defaults must be guarded there too.
 */
export class Stubs {
  readonly schema: GraphQLSchema;
  readonly values: Values;
  readonly #graph: Graph;
  #ran: Ran[] = [];
  #aims: readonly string[] = [];
  #byPromises = false;

  constructor(schema: GraphQLSchema, graph: Graph) {
    this.#graph = graph;
    this.values = new Values(graph, (type, field) => {
      const run = this.#resolver({ type, field });
      return (_args, _context, info) => run(info);
    });
    this.schema = this.#replaceAll(schema);
  }

  /** @param aims which object types to answer where there are several, by depth */
  prepare(aims: readonly string[], byPromises: boolean): void {
    this.#ran = [];
    this.#aims = aims;
    this.#byPromises = byPromises;
  }

  /** What ran since then and must not have. */
  get ran(): readonly Ran[] {
    return this.#ran;
  }

  /** For subscriptions whose events come from the root value. */
  sources(type: string): object {
    const fields = this.#graph.objects.find(({ name }) => name === type)?.getFields() ?? {};
    const sources = Object.keys(fields).map((field) => [field, this.#source({ type, field })]);
    return Object.assign(Object.create(null) as object, Object.fromEntries(sources)) as object;
  }

  #resolver(step: Step): (info: GraphQLResolveInfo) => unknown {
    return (info) => {
      this.#note(step, 'resolver');
      return this.#answer(this.values.of(info.returnType, this.#aims[depthOf(info)]));
    };
  }

  #source(step: Step): () => AsyncGenerator<StubValue> {
    return () => {
      this.#note(step, 'subscribe');
      return events(this.values.object(step.type));
    };
  }

  #note(step: Step, what: Ran['what']): void {
    const isGuarded =
      what === '__resolveReference'
        ? this.#graph.isGuardedType(step.type)
        : this.#graph.isGuarded(step);
    if (isGuarded) this.#ran.push({ coordinate: `${step.type}.${step.field}`, what });
  }

  #answer<V>(value: V): V | Promise<V> {
    return this.#byPromises ? Promise.resolve(value) : value;
  }

  #replaceAll(schema: GraphQLSchema): GraphQLSchema {
    return mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: (config, field, type) => {
        const step = { type, field };
        if (isEntitiesField(step, this.#graph)) return undefined;
        const { resolve, subscribe } = config;
        const run = this.#resolver(step);
        return {
          ...config,
          ...(resolve && { resolve: (_source, _args, _context, info) => run(info) }),
          ...(subscribe && { subscribe: this.#source(step) }),
        };
      },
      [MapperKind.OBJECT_TYPE]: (type) =>
        new GraphQLObjectType({
          ...type.toConfig(),
          ...(type.isTypeOf && {
            isTypeOf: (value: unknown) =>
              this.#answer((value as StubValue).__typename === type.name),
          }),
          extensions: this.#withReference(type),
        }),
      [MapperKind.ABSTRACT_TYPE]: (type) => this.#withResolveType(type),
      [MapperKind.SCALAR_TYPE]: (type) => this.#leaf(type),
    });
  }

  #withResolveType(type: GraphQLAbstractType): GraphQLAbstractType {
    const resolveType = (value: unknown) => this.#answer((value as StubValue).__typename);
    const replaced = type.resolveType && { resolveType };
    return isInterfaceType(type)
      ? new GraphQLInterfaceType({
          ...{ ...type.toConfig(), ...replaced },
          extensions: this.#withReference(type),
        })
      : new GraphQLUnionType({ ...type.toConfig(), ...replaced });
  }

  #withReference(type: GraphQLObjectType | GraphQLInterfaceType) {
    if (!referenceOf(type)) return type.extensions;
    const name = this.#graph.single(type, undefined) ?? '';
    return withReference(type, () => {
      this.#note({ type: type.name, field: '__resolveReference' }, '__resolveReference');
      return this.#answer(this.values.object(name));
    });
  }

  /** Takes whatever it is given. A representation of an entity is taken for the entity itself. */
  #leaf(type: GraphQLScalarType): GraphQLScalarType {
    const taken = (value: unknown): unknown => {
      const { __typename: name } = (value ?? {}) as Partial<StubValue>;
      const named = type.name === '_Any' && name !== undefined && this.#graph.type(name);
      if (!named) return value;
      const entity = this.values.object(this.#graph.single(named, undefined) ?? '');
      return { ...entity, __typename: name };
    };
    return new GraphQLScalarType({
      ...type.toConfig(),
      serialize: () => 'text',
      parseValue: taken,
      parseLiteral: (node) => taken(valueFromASTUntyped(node)),
    });
  }
}

async function* events(event: StubValue): AsyncGenerator<StubValue> {
  yield await Promise.resolve(event);
}

/** How many fields lie above. */
function depthOf({ path }: GraphQLResolveInfo): number {
  let depth = -1;
  for (let at: typeof path | undefined = path; at; at = at.prev) {
    if (typeof at.key === 'string') depth += 1;
  }
  return depth;
}
