import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { directivesAt } from './directives.js';

/**
 * Our directives at places that they do not guard. SDL validation catches most of these, but schemas
 * are also built with it switched off, and then a rule on a union or an argument would guard nothing.
 */
export function misplacedDirectives(schema: GraphQLSchema, names: readonly string[]): string[] {
  const problems: string[] = [];
  const refuse = (coordinate: string, element: Parameters<typeof directivesAt>[0]) => {
    for (const node of directivesAt(element)) {
      if (names.includes(node.name.value)) {
        problems.push(`${coordinate}: @${node.name.value} guards nothing here`);
      }
    }
  };

  refuse('schema', schema);
  for (const directive of schema.getDirectives()) {
    for (const arg of directive.args) refuse(`@${directive.name}(${arg.name}:)`, arg);
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const arg of field.args) refuse(`${type.name}.${field.name}(${arg.name}:)`, arg);
      }
      continue;
    }
    refuse(type.name, type);
    if (isEnumType(type)) {
      for (const value of type.getValues()) refuse(`${type.name}.${value.name}`, value);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        refuse(`${type.name}.${field.name}`, field);
    }
  }
  return problems;
}
