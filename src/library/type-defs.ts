import { Kind, parse, print, visit } from 'graphql';
import type {
  ASTNode,
  DocumentNode,
  ObjectTypeDefinitionNode,
  ObjectTypeExtensionNode,
} from 'graphql';
import { readTypeDefs } from '../graphql/index.js';
import { DEFAULT_NAMES, directiveTypeDefs } from '../policy/index.js';
import type { DirectiveNames } from '../policy/index.js';
import { isRoot } from './renames.js';
import type { Renames } from './renames.js';

export interface TypeDefsOptions {
  /** Whether the sign-in, sessions and administration are part of it, or only the directives. */
  readonly api: boolean;
  readonly names: DirectiveNames;
  readonly renames: Renames;
  /** Whether root types are only extended, for builders of schemas that take each of them but once. */
  readonly extendRoots: boolean;
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;
type Named = ASTNode & { readonly name: { readonly value: string } };

/** The SDL that a team adds to its own. */
export function createTypeDefs({ api, names, renames, extendRoots }: TypeDefsOptions): string {
  if (!api) return directiveTypeDefs(names);
  const document = withRootFields(parse(readTypeDefs()), renames, extendRoots);
  return `${print(renamed(document, names, renames))}\n`;
}

/** Root fields by their names in the team's schema, and no root type that has lost all of ours. */
function withRootFields(
  document: DocumentNode,
  renames: Renames,
  extendRoots: boolean,
): DocumentNode {
  const nodes = document.definitions.map((node) =>
    isRootNode(node) ? fieldsOf(node, renames) : node,
  );
  const kept = new Set(
    nodes
      .filter((node) => node.kind === Kind.OBJECT_TYPE_EXTENSION && node.fields?.length !== 0)
      .map((node) => (node as ObjectNode).name.value),
  );
  const definitions = nodes.filter((node) => {
    if (!isRootNode(node)) return true;
    if (node.kind === Kind.OBJECT_TYPE_EXTENSION) return node.fields?.length !== 0;
    return !extendRoots && kept.has(node.name.value);
  });
  return { ...document, definitions };
}

function isRootNode(node: ASTNode): node is ObjectNode {
  return (
    (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    isRoot(node.name.value)
  );
}

function fieldsOf(node: ObjectNode, renames: Renames): ObjectNode {
  const fields = node.fields?.flatMap((field) => {
    const value = renames.field(node.name.value, field.name.value);
    return value === undefined ? [] : [{ ...field, name: { ...field.name, value } }];
  });
  return { ...node, ...(fields ? { fields } : {}) };
}

function renamed(document: DocumentNode, names: DirectiveNames, renames: Renames): DocumentNode {
  const ours = Object.entries(DEFAULT_NAMES) as [keyof DirectiveNames, string][];
  const directives = new Map(ours.map(([role, name]) => [name, names[role]]));
  const called = <N extends Named>(node: N, value: string): N => ({
    ...node,
    name: { ...node.name, value },
  });
  const type = <N extends Named>(node: N) => called(node, renames.type(node.name.value));
  const directive = <N extends Named>(node: N) =>
    called(node, directives.get(node.name.value) ?? node.name.value);
  return visit(document, {
    NamedType: type,
    Directive: directive,
    DirectiveDefinition: directive,
    // Descriptions speak of them.
    StringValue: (node) => ({
      ...node,
      value: node.value.replace(
        /@(\w+)/g,
        (all, name: string) => `@${directives.get(name) ?? all.slice(1)}`,
      ),
    }),
    // Left by the visitor, so that what is inside has been renamed already.
    ObjectTypeDefinition: { leave: type },
    ObjectTypeExtension: { leave: type },
    InputObjectTypeDefinition: { leave: type },
    EnumTypeDefinition: { leave: type },
    ScalarTypeDefinition: { leave: type },
  });
}
