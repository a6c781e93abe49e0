import { LRUCache } from 'lru-cache';

const REMEMBERED = 500;
/** Characters; of a longer document nothing is foreseen. */
const LENGTH = 10_000;

/** One operation as a client names it: the text of a document or the id of a trusted one, and which of its operations. */
export interface NamedOperation {
  readonly document: string;
  readonly operationName: unknown;
}

/**
 * Which operations ask the store at their root, so that they can be asked for before they are read. A guess: the
 * fields themselves say whether they need the answer, and a false one costs a place in somebody's statement.
 */
export class Foresight {
  /** By document, the operation of it that asked last. */
  readonly #asking = new LRUCache<string, { readonly operationName: unknown }>({ max: REMEMBERED });

  asks({ document, operationName }: NamedOperation): boolean {
    const asking = this.#asking.get(document);
    return asking !== undefined && asking.operationName === operationName;
  }

  /** It has asked, and was answered. */
  add({ document, operationName }: NamedOperation): void {
    if (document.length <= LENGTH) this.#asking.set(document, { operationName });
  }

  delete({ document }: NamedOperation): void {
    this.#asking.delete(document);
  }
}

/** What the body of a request names; undefined of a batch, and of what is no request. */
export function operationOf(body: unknown): NamedOperation | undefined {
  const { query, documentId, operationName } = (body ?? {}) as Record<string, unknown>;
  const document = query ?? documentId;
  return typeof document === 'string' ? { document, operationName } : undefined;
}
