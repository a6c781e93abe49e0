import { Kind, isExecutableDefinitionNode, isTypeDefinitionNode, print } from 'graphql';
import type { DefinitionNode, DocumentNode, TypeDefinitionNode, TypeExtensionNode } from 'graphql';

const EXTENSION_OF = {
  [Kind.SCALAR_TYPE_DEFINITION]: Kind.SCALAR_TYPE_EXTENSION,
  [Kind.OBJECT_TYPE_DEFINITION]: Kind.OBJECT_TYPE_EXTENSION,
  [Kind.INTERFACE_TYPE_DEFINITION]: Kind.INTERFACE_TYPE_EXTENSION,
  [Kind.UNION_TYPE_DEFINITION]: Kind.UNION_TYPE_EXTENSION,
  [Kind.ENUM_TYPE_DEFINITION]: Kind.ENUM_TYPE_EXTENSION,
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: Kind.INPUT_OBJECT_TYPE_EXTENSION,
} as const;

const DEFINITION_OF = Object.fromEntries(
  Object.entries(EXTENSION_OF).map(([definition, extension]) => [extension, definition]),
) as { [E in TypeExtensionNode['kind']]: TypeDefinitionNode['kind'] };

/**
 * The type system of several documents as one. A type that is defined again extends the first one, and
 * a root type may be extended without ever being defined, as schemas in many files do; operations, which
 * often lie beside them, are left out. Nothing that stands on a definition is lost: whatever cannot be
 * joined stays, for the validation to refuse.
 */
export function mergeDocuments(documents: readonly DocumentNode[]): DocumentNode {
  const all = documents
    .flatMap(({ definitions }) => definitions)
    .filter((node) => !isExecutableDefinitionNode(node));
  const definitions = withOrphansDefined(withRepeatsExtending(all));
  return { kind: Kind.DOCUMENT, definitions };
}

function withRepeatsExtending(all: readonly DefinitionNode[]): DefinitionNode[] {
  const seen = new Map<string, TypeDefinitionNode['kind']>();
  const directives = new Set<string>();
  return all.flatMap((node): DefinitionNode[] => {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      const { description: _, ...rest } = node;
      const text = print(rest);
      if (directives.has(text)) return [];
      directives.add(text);
      return [node];
    }
    if (!isTypeDefinitionNode(node)) return [node];
    if (seen.get(node.name.value) === node.kind) {
      return [{ ...node, kind: EXTENSION_OF[node.kind] } as TypeExtensionNode];
    }
    seen.set(node.name.value, node.kind);
    return [node];
  });
}

/** Of a subgraph, the types of other subgraphs too. */
function withOrphansDefined(all: readonly DefinitionNode[]): DefinitionNode[] {
  const defined = new Set(all.filter(isTypeDefinitionNode).map(({ name }) => name.value));
  const roots = new Set(['Query', 'Mutation', 'Subscription', ...operationTypes(all)]);
  const federated = all.some(
    (node) =>
      'directives' in node &&
      node.directives.some(({ name }) => name.value === 'link' || name.value === 'key'),
  );
  return all.map((node) => {
    if (!(node.kind in DEFINITION_OF)) return node;
    const extension = node as TypeExtensionNode;
    const name = extension.name.value;
    if (defined.has(name) || !(federated || roots.has(name))) return node;
    defined.add(name);
    return { ...extension, kind: DEFINITION_OF[extension.kind] } as TypeDefinitionNode;
  });
}

function operationTypes(all: readonly DefinitionNode[]): string[] {
  return all.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.operationTypes ?? []).map(({ type }) => type.name.value)
      : [],
  );
}
