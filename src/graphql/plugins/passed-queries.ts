import type { GraphQLRequest } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

const REMEMBERED = 500;
/** Characters; a longer text is judged where Apollo Server has found its document. */
const LENGTH = 10_000;

/** What a text stood for. */
export interface PassedQuery {
  readonly document: DocumentNode;
  readonly node: OperationDefinitionNode;
}

/** Texts of queries that were valid, within their limits, and passed the gate before. */
export class PassedQueries {
  readonly #passed = new LRUCache<string, PassedQuery & { readonly operationName: unknown }>({
    max: REMEMBERED,
  });

  find({ query, operationName }: GraphQLRequest): PassedQuery | undefined {
    const passed = query === undefined ? undefined : this.#passed.get(query);
    return passed?.operationName === operationName ? passed : undefined;
  }

  add({ query, operationName }: GraphQLRequest, { document, node }: PassedQuery): void {
    if (node.operation !== OperationTypeNode.QUERY) return;
    if (query === undefined || query.length > LENGTH) return;
    this.#passed.set(query, { document, node, operationName });
  }
}
