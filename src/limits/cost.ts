import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  isInterfaceType,
  Kind,
} from 'graphql';
import type {
  FieldNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { mergeFields } from './merge.js';
import type { MergedField, Scope } from './merge.js';
import type { Fragments } from './shape.js';

export interface CostOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly node: OperationDefinitionNode;
  /** As the client gave them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Cost {
  readonly cost: number;
  /** Whether it is the same whatever the variables are. */
  readonly isFixed: boolean;
}

/** What is known of a place in the answer. */
interface Place {
  readonly type: GraphQLNamedType | undefined;
  /** Whether a field above has said how long the list here may be, as connections do. */
  readonly isCounted: boolean;
}

/** How long a list is taken to be of which nobody says it. */
const USUAL_LENGTH = 10;
const LENGTHS: ReadonlySet<string> = new Set(['first', 'last']);

/**
 * How many fields the answer may have: each counts once, and what lies below a list as often as the list
 * may be long, which `first` or `last` say, in the document, by a variable or by default.
 */
export function costOf({ schema, fragments, node: operation, variables }: CostOptions): Cost {
  let isFixed = true;
  const narrow = (place: Place, condition: string): Place => ({
    ...place,
    type: schema.getType(condition),
  });
  const within = (scopes: readonly Scope<Place>[]): number => {
    let sum = 0;
    for (const group of mergeFields(scopes, fragments, narrow).fields.values())
      sum += costOfField(group);
    return sum;
  };
  const costOfField = (group: readonly MergedField<Place>[]): number => {
    let times = 1;
    const below = group.flatMap(({ node, on }): Scope<Place>[] => {
      const field = fieldOf(on.type, node);
      const type = field && getNamedType(field.type);
      if (!node.selectionSet || !isCompositeType(type)) return [];
      const given = field && lengthOf(field, node);
      const isCounted = given !== undefined;
      const isList = field !== undefined && isListType(getNullableType(field.type));
      times = Math.max(times, given ?? (isList && !on.isCounted ? USUAL_LENGTH : 1));
      return [{ selectionSet: node.selectionSet, on: { type, isCounted } }];
    });
    return 1 + (below.length > 0 ? times * within(below) : 0);
  };
  /** The longest that its arguments ask for; undefined where it takes none. */
  const lengthOf = (field: GraphQLField<unknown, unknown>, node: FieldNode): number | undefined => {
    const lengths = field.args
      .filter(({ name }) => LENGTHS.has(name))
      .map(({ name, defaultValue }) => {
        const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
        if (value?.kind === Kind.INT) return Number(value.value);
        const given = value?.kind === Kind.VARIABLE ? ofVariable(value.name.value) : undefined;
        return given ?? defaultValue;
      })
      .filter((length): length is number => typeof length === 'number' && length >= 0);
    const takesLength = field.args.some(({ name }) => LENGTHS.has(name));
    if (!takesLength) return undefined;
    return lengths.length > 0 ? Math.max(...lengths) : USUAL_LENGTH;
  };
  const ofVariable = (name: string): unknown => {
    isFixed = false;
    if (Object.hasOwn(variables, name)) return variables[name];
    const definition = operation.variableDefinitions?.find(
      ({ variable }) => variable.name.value === name,
    );
    const value = definition?.defaultValue;
    return value?.kind === Kind.INT ? Number(value.value) : undefined;
  };
  const type = schema.getRootType(operation.operation) ?? undefined;
  const cost = within([{ selectionSet: operation.selectionSet, on: { type, isCounted: false } }]);
  return { cost, isFixed };
}

function fieldOf(
  type: GraphQLNamedType | undefined,
  { name }: FieldNode,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
}
