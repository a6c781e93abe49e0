import {
  OperationTypeNode,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type {
  GraphQLInterfaceType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
} from 'graphql';
import type { Policy } from '../../policy/index.js';

/** A field of an object type, as a query comes by it. */
export interface Step {
  readonly type: string;
  readonly field: string;
}

/** A field that answers values of some type. */
export interface Edge extends Step {
  /** Nobody who is not signed in gets such a value by this field. */
  readonly closed: boolean;
}

/** What a type is below its lists. */
export interface Shape {
  readonly named: GraphQLNamedType;
  /** How many lists are around it. */
  readonly lists: number;
}

/** Of a list of an interface or union: more than these would cost time and show nothing new. */
const MOST_ITEMS = 16;

/** Which field leads to which type, and what a walk finds in the places of interfaces and unions. */
export class Graph {
  /** Root types by name, and the operations that begin there. */
  readonly roots: ReadonlyMap<string, OperationTypeNode>;
  readonly objects: readonly GraphQLObjectType[];
  readonly interfaces: readonly GraphQLInterfaceType[];
  readonly #schema: GraphQLSchema;
  readonly #policy: Policy;
  readonly #into = new Map<string, Edge[]>();
  readonly #abstracts = new Map<string, string[]>();

  constructor(schema: GraphQLSchema, policy: Policy) {
    this.#schema = schema;
    this.#policy = policy;
    const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;
    const roots = [QUERY, MUTATION, SUBSCRIPTION].flatMap((operation) => {
      const type = schema.getRootType(operation);
      return type ? [[type.name, operation] as const] : [];
    });
    this.roots = new Map(roots);
    const types = Object.values(schema.getTypeMap());
    this.objects = types.filter(isObjectType).filter((type) => !isIntrospectionType(type));
    this.interfaces = types.filter(isInterfaceType);
    for (const abstract of types.filter(isAbstractType)) {
      for (const name of this.possible(abstract)) push(this.#abstracts, name, abstract.name);
    }
    for (const type of this.objects) {
      for (const { name } of Object.values(type.getFields())) {
        this.#follow({ type: type.name, field: name });
      }
    }
  }

  /** The fields that are declared to answer this object type, interface or union. */
  into(type: string): readonly Edge[] {
    return this.#into.get(type) ?? [];
  }

  /** Whether what nobody may see without signing in stands at this field. `__typename` is its type's. */
  isGuarded({ type, field }: Step): boolean {
    return field === '__typename'
      ? this.#policy.type(type).signedIn
      : this.#policy.field(type, field).signedIn;
  }

  /** Whether every value of the type is refused. */
  isGuardedType(name: string): boolean {
    return this.#policy.type(name).signedIn;
  }

  /** Abstract types that have this object type among theirs. */
  abstractsOf(type: string): readonly string[] {
    return this.#abstracts.get(type) ?? [];
  }

  type(name: string): GraphQLNamedType | undefined {
    return this.#schema.getType(name);
  }

  shapeOf({ type, field }: Step): Shape {
    const parent = this.#schema.getType(type);
    const definition = isObjectType(parent) ? parent.getFields()[field] : undefined;
    if (!definition) throw new Error(`there is no field ${type}.${field}`);
    return shapeOf(definition.type);
  }

  /** The object types that values of a type may have; none for those without fields. */
  possible(type: GraphQLNamedType): readonly string[] {
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type).map(({ name }) => name);
    return isObjectType(type) ? [type.name] : [];
  }

  /**
   * The types of the items of a list: one of each that may be there, in a fixed order.
   * @param aim the one that a walk is after
   */
  items(type: GraphQLNamedType, aim: string | undefined): readonly string[] {
    const all = this.possible(type);
    if (all.length <= MOST_ITEMS) return all;
    const others = all.filter((name) => name !== aim).slice(0, MOST_ITEMS - 1);
    return aim !== undefined && all.includes(aim) ? [aim, ...others] : others;
  }

  /** The type of the value where there is room for a single one. */
  single(type: GraphQLNamedType, aim: string | undefined): string | undefined {
    const all = this.possible(type);
    return aim !== undefined && all.includes(aim) ? aim : all[0];
  }

  #follow(step: Step): void {
    const { named } = this.shapeOf(step);
    if (isCompositeType(named)) {
      push(this.#into, named.name, { ...step, closed: this.isGuarded(step) });
    }
  }
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}

function shapeOf(type: GraphQLOutputType): Shape {
  let lists = 0;
  for (let inner = type; isListType(inner) || isNonNullType(inner); inner = inner.ofType) {
    if (isListType(inner)) lists += 1;
  }
  return { named: getNamedType(type), lists };
}
