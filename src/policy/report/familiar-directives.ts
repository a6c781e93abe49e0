import type { ConstValueNode, GraphQLSchema } from 'graphql';
import { Kind } from 'graphql';

/** Of Apollo Federation 1 and 2, whose subgraphs use them without a declaration. */
const FEDERATION = new Set([
  ...['key', 'external', 'requires', 'provides', 'extends', 'link', 'shareable', 'inaccessible'],
  ...['tag', 'override', 'composeDirective', 'interfaceObject', 'policy', 'context', 'fromContext'],
  ...['cost', 'listSize', 'cacheControl', 'defer', 'stream', 'oneOf'],
]);

/** Whether an undeclared directive is known to be somebody else's: of federation, or imported by a `@link`. */
export function isFamiliar(schema: GraphQLSchema, name: string): boolean {
  if (FEDERATION.has(name) || name.includes('__')) return true;
  return [schema.astNode, ...schema.extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => directive.name.value === 'link')
    .flatMap((directive) => directive.arguments ?? [])
    .some(({ value }) => textsIn(value).includes(`@${name}`));
}

function textsIn(value: ConstValueNode): string[] {
  if (value.kind === Kind.STRING) return [value.value];
  if (value.kind === Kind.LIST) return value.values.flatMap(textsIn);
  if (value.kind === Kind.OBJECT) return value.fields.flatMap((field) => textsIn(field.value));
  return [];
}
