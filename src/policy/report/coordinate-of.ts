import { BREAK, Kind, visit } from 'graphql';
import type { ASTNode, DocumentNode } from 'graphql';

/** Where in a schema something stands that has no name of its own: `Type`, `Type.field`… */
export function coordinateOf(wanted: ASTNode, document: DocumentNode): string {
  let found = 'schema';
  visit(document, {
    enter: (node, _key, _parent, _path, ancestors) => {
      if (node !== wanted) return undefined;
      const named = ancestors
        .filter((each): each is ASTNode => !Array.isArray(each))
        .flatMap((each) =>
          each.kind !== Kind.DIRECTIVE && 'name' in each ? [each.name.value] : [],
        );
      if (named.length > 0) found = named.join('.');
      return BREAK;
    },
  });
  return found;
}
