import { Kind, isObjectType, isUnionType } from 'graphql';
import type { ConstDirectiveNode, ConstValueNode, GraphQLSchema } from 'graphql';
import type { Role } from './names.js';

/** Names of federation's own access rules in a schema, and what each means. */
export type FederationNames = ReadonlyMap<string, 'authenticated' | 'requiresScopes'>;

const RULES = ['authenticated', 'requiresScopes'] as const;

/**
 * `@authenticated` and `@requiresScopes` under every name that the schema's `@link` gives them: imported,
 * imported `as` another, or behind the specification's prefix. Without a `@link`, as they are called.
 */
export function federationNames(schema: GraphQLSchema): FederationNames {
  const names = new Map<string, (typeof RULES)[number]>();
  for (const rule of RULES) names.set(rule, rule).set(`federation__${rule}`, rule);
  for (const link of linksOf(schema)) {
    const { url, as, imports } = link;
    if (!/\/federation\/v\d/.test(url)) continue;
    for (const rule of RULES) {
      if (as !== undefined) names.set(`${as}__${rule}`, rule);
      const imported = imports.find(({ name }) => name === `@${rule}`);
      if (!imported || imported.as === imported.name) continue;
      // The plain name is free for somebody else's directive then.
      names.delete(rule);
      names.set(imported.as.replace(/^@/, ''), rule);
    }
  }
  return names;
}

/** Root fields that every subgraph answers to its gateway, and that nobody writes a rule for. */
export function isSubgraphField(schema: GraphQLSchema, type: string, field: string): boolean {
  if (type !== schema.getQueryType()?.name) return false;
  if (field === '_service') return isObjectType(schema.getType('_Service'));
  return field === '_entities' && isUnionType(schema.getType('_Entity'));
}

export function isFederationRole(role: Role): role is (typeof RULES)[number] {
  return role === 'authenticated' || role === 'requiresScopes';
}

interface Link {
  readonly url: string;
  readonly as: string | undefined;
  readonly imports: readonly { readonly name: string; readonly as: string }[];
}

function linksOf(schema: GraphQLSchema): Link[] {
  const nodes = [schema.astNode, ...schema.extensionASTNodes];
  return nodes
    .flatMap((node) => node?.directives ?? [])
    .filter(({ name }) => name.value === 'link')
    .map((link) => ({
      url: textOf(argument(link, 'url')) ?? '',
      as: textOf(argument(link, 'as')),
      imports: listOf(argument(link, 'import')).map(importOf),
    }));
}

function importOf(node: ConstValueNode): { name: string; as: string } {
  if (node.kind !== Kind.OBJECT) return { name: textOf(node) ?? '', as: textOf(node) ?? '' };
  const field = (name: string) =>
    textOf(node.fields.find((each) => each.name.value === name)?.value) ?? '';
  return { name: field('name'), as: field('as') || field('name') };
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((each) => each.name.value === name)?.value;
}

function textOf(node: ConstValueNode | undefined): string | undefined {
  return node?.kind === Kind.STRING ? node.value : undefined;
}

function listOf(node: ConstValueNode | undefined): readonly ConstValueNode[] {
  return node?.kind === Kind.LIST ? node.values : [];
}
