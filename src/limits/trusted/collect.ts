import { Kind, parse, print, visit } from 'graphql';
import type { DefinitionNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import { StartupError } from '../../errors/index.js';

export interface OperationFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A document for every operation of some files: the operation and the fragments that it needs, wherever
 * they are, as graphql-js prints them.
 * @throws StartupError naming the file or the operation
 */
export function collectDocuments(files: readonly OperationFile[]): string[] {
  const definitions = files.flatMap(definitionsOf);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions) {
    if (node.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { value } = node.name;
    if (fragments.has(value)) throw new StartupError(`There are two fragments ${value}.`);
    fragments.set(value, node);
  }
  const documentOf = (operation: OperationDefinitionNode): string => {
    const name = operation.name?.value ?? 'without a name';
    const needed = new Map<string, FragmentDefinitionNode>();
    const need = (node: DefinitionNode) =>
      visit(node, {
        FragmentSpread: ({ name: { value } }) => {
          const fragment = fragments.get(value);
          if (!fragment)
            throw new StartupError(`Operation ${name}: there is no fragment ${value}.`);
          if (needed.has(value)) return;
          needed.set(value, fragment);
          need(fragment);
        },
      });
    need(operation);
    return print({ kind: Kind.DOCUMENT, definitions: [operation, ...needed.values()] });
  };
  return definitions
    .filter((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION)
    .map(documentOf);
}

function definitionsOf({ name, text }: OperationFile): readonly DefinitionNode[] {
  try {
    return parse(text, { noLocation: true }).definitions;
  } catch (error) {
    throw new StartupError(`${name}: ${error instanceof Error ? error.message : 'not GraphQL'}`);
  }
}
