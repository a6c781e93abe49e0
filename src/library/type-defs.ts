import { Kind, parse, print, visit } from 'graphql';
import type { ASTNode, DocumentNode } from 'graphql';
import { readTypeDefs } from '../graphql/index.js';
import { DEFAULT_NAMES, directiveTypeDefs } from '../policy/index.js';
import type { DirectiveNames } from '../policy/index.js';

export interface TypeDefsOptions {
  /** Whether the sign-in, sessions and administration are part of it, or only the directives. */
  readonly api: boolean;
  readonly names: DirectiveNames;
  /** Other names for types of ours, such as `{ User: 'Account' }`. */
  readonly rename: Readonly<Record<string, string>>;
  /** Whether root types are only extended, for builders of schemas that take each of them but once. */
  readonly extendRoots: boolean;
}

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** The SDL that a team adds to its own. */
export function createTypeDefs({ api, names, rename, extendRoots }: TypeDefsOptions): string {
  if (!api) return directiveTypeDefs(names);
  const document = parse(readTypeDefs());
  const own = extendRoots ? withoutRoots(document) : document;
  return print(renamed(own, names, new Map(Object.entries(rename))));
}

function withoutRoots(document: DocumentNode): DocumentNode {
  const definitions = document.definitions.filter(
    (node) => node.kind !== Kind.OBJECT_TYPE_DEFINITION || !ROOTS.has(node.name.value),
  );
  return { ...document, definitions };
}

function renamed(
  document: DocumentNode,
  names: DirectiveNames,
  types: ReadonlyMap<string, string>,
): DocumentNode {
  const directives = new Map(
    (['auth', 'critical', 'public'] as const).map((role) => [DEFAULT_NAMES[role], names[role]]),
  );
  const called = <N extends ASTNode & { readonly name: { readonly value: string } }>(
    node: N,
    by: ReadonlyMap<string, string>,
  ): N | undefined => {
    const value = by.get(node.name.value);
    return value === undefined ? undefined : { ...node, name: { ...node.name, value } };
  };
  return visit(document, {
    NamedType: (node) => called(node, types),
    Directive: (node) => called(node, directives),
    DirectiveDefinition: (node) => called(node, directives),
    ...Object.fromEntries(
      [
        'ObjectTypeDefinition',
        'ObjectTypeExtension',
        'InputObjectTypeDefinition',
        'EnumTypeDefinition',
        'ScalarTypeDefinition',
      ].map((kind) => [
        kind,
        // Left by the visitor, so that what is inside has been renamed already.
        { leave: (node: ASTNode & { name: { value: string } }) => called(node, types) },
      ]),
    ),
  });
}
