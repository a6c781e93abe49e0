import { collectFields } from '@graphql-tools/utils';
import { Kind, getArgumentValues, getVariableValues } from 'graphql';
import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';

export interface RootField {
  readonly name: string;
  /** Its arguments, as its resolver gets them. @throws GraphQLError, as its execution will. */
  readonly given: () => Readonly<Record<string, unknown>>;
}

/** What a server is about to run. */
export interface Operation<C = unknown> {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
  /** As the client gave them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: C;
  /** One and the same for all operations that came in one request; undefined where each comes alone. */
  readonly batch?: object | undefined;
}

/** Of operations without variables, which ask for the same each time. Documents are kept by servers. */
const known = new WeakMap<OperationDefinitionNode, { schema: object; fields: RootField[] }>();

/**
 * The root fields that the operation would run: fragments expanded, `@skip` and `@include` judged with
 * the variables and their defaults. Undefined where the variables do not fit.
 */
export function rootFields(operation: Operation): readonly RootField[] | undefined {
  const { schema, node } = operation;
  if ((node.variableDefinitions ?? []).length > 0) return collect(operation);
  const remembered = known.get(node);
  if (remembered?.schema === schema) return remembered.fields;
  const fields = collect(operation);
  if (fields) known.set(node, { schema, fields });
  return fields;
}

function collect({
  schema,
  document,
  node: operation,
  variables,
}: Operation): RootField[] | undefined {
  const type = schema.getRootType(operation.operation);
  const definitions = operation.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variables, { maxErrors: 1 });
  if (!type || !coerced) return undefined;
  const fragments = Object.fromEntries(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const { fields } = collectFields(schema, fragments, coerced, type, operation.selectionSet);
  const definitionsOf = type.getFields();
  return [...fields.values()].map(([node]) => {
    const name = node?.name.value ?? '';
    const field = definitionsOf[name];
    return { name, given: () => (field && node ? getArgumentValues(field, node, coerced) : {}) };
  });
}
