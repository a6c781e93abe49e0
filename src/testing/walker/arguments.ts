import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { GraphQLField, GraphQLInputField, GraphQLInputType } from 'graphql';

/** The arguments that a field cannot do without, as they stand in a query. */
export function requiredArguments({ args }: GraphQLField<unknown, unknown>): string {
  const required = args.filter(isRequiredArgument);
  if (required.length === 0) return '';
  return `(${required.map(({ name, type }) => `${name}: ${literal(type)}`).join(', ')})`;
}

function literal(type: GraphQLInputType, within: readonly string[] = []): string {
  if (isNonNullType(type)) return literal(type.ofType, within);
  if (isListType(type)) return `[${literal(type.ofType, within)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(type)) {
    const inside = [...within, type.name];
    const fields = Object.values(type.getFields());
    const given = type.isOneOf ? oneOf(fields, inside) : fields.filter(isRequiredInputField);
    return `{${given.map((field) => `${field.name}: ${literal(field.type, inside)}`).join(', ')}}`;
  }
  switch (type.name) {
    case 'Int':
      return '1';
    case 'Float':
      return '1.5';
    case 'Boolean':
      return 'true';
    default:
      return '"1"';
  }
}

/** One that does not lead back to where it stands. */
function oneOf(fields: readonly GraphQLInputField[], inside: readonly string[]) {
  const ends = fields.find(({ type }) => !isInputObjectType(type) && !isListType(type));
  const leaves = fields.find(({ type }) => isInputObjectType(type) && !inside.includes(type.name));
  return [ends ?? leaves ?? fields[0]].filter((field) => field !== undefined);
}
