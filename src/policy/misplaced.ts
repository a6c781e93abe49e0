import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { applicationsAt } from './applications.js';
import type { Carrier } from './applications.js';

export interface PlacedNames {
  readonly names: ReadonlySet<string>;
  /** Those that guard the fields which answer a scalar or an enum. */
  readonly onLeaves: { has(name: string): boolean };
}

/**
 * Our directives at places that they do not guard. SDL validation catches most of these, but schemas
 * are also built with it switched off, and then a rule on a union or an argument would guard nothing.
 */
export function misplacedDirectives(
  schema: GraphQLSchema,
  { names, onLeaves }: PlacedNames,
): string[] {
  const problems: string[] = [];
  const refuse = (coordinate: string, element: Carrier, refused = names) => {
    for (const { name } of applicationsAt(element)) {
      if (refused.has(name)) problems.push(`${coordinate}: @${name} guards nothing here`);
    }
  };
  const notOnLeaves = new Set([...names].filter((name) => !onLeaves.has(name)));

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
    refuse(type.name, type, isLeafType(type) ? notOnLeaves : names);
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
