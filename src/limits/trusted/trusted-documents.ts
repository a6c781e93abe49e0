import { Kind, parse, print } from 'graphql';
import type { DefinitionNode } from 'graphql';
import { badInput } from '../../errors/index.js';
import { QUERY_LIMITS } from '../query-limits.js';
import { hashOf } from './manifest.js';

/** How a client says what it asks. */
export interface NamedDocument {
  readonly query?: string | undefined;
  /** `sha256:` and the hash, as the GraphQL over HTTP draft on persisted documents has it. */
  readonly documentId?: unknown;
  /** Of automatic persisted queries: `persistedQuery.sha256Hash`. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The only documents that may be asked for. Nothing is ever added by asking. */
export class TrustedDocuments {
  readonly #texts: ReadonlyMap<string, string>;
  /** Their hashes by what they say, since every tool prints them in another way. */
  readonly #meanings = new Map<string, string>();

  constructor(documents: readonly string[]) {
    this.#texts = new Map(documents.map((text) => [hashOf(text), text]));
    for (const [hash, text] of this.#texts) {
      const meaning = meaningOf(text);
      if (meaning !== undefined) this.#meanings.set(meaning, hash);
    }
  }

  /**
   * The text of a trusted document, by its hash or by itself. Where several are given, all must agree.
   * @throws PortcullisError BAD_USER_INPUT
   */
  find({ query, documentId, extensions }: NamedDocument): string {
    const given = [
      ...(query === undefined || query === '' ? [] : [this.#hashOf(query)]),
      ...(documentId == null ? [] : [hashOfId(documentId)]),
      ...(extensions?.['persistedQuery'] == null ? [] : [hashIn(extensions['persistedQuery'])]),
    ];
    const [hash, ...others] = given;
    const text = hash === undefined ? undefined : this.#texts.get(hash);
    if (text !== undefined && others.every((other) => other === hash)) return text;
    throw badInput('query.trusted', 'Only documents that this server trusts are answered here.');
  }

  #hashOf(query: string): string | undefined {
    const hash = hashOf(query);
    if (this.#texts.has(hash)) return hash;
    const meaning = meaningOf(query);
    return meaning === undefined ? undefined : this.#meanings.get(meaning);
  }
}

/** The same for documents that differ in white space, comments and the order of their definitions alone. */
function meaningOf(text: string): string | undefined {
  try {
    const { definitions } = parse(text, { noLocation: true, maxTokens: QUERY_LIMITS.tokens });
    return definitions.map(printed).sort().join('\n');
  } catch {
    return undefined;
  }
}

function printed(definition: DefinitionNode): string {
  return print({ kind: Kind.DOCUMENT, definitions: [definition] });
}

function hashOfId(id: unknown): string | undefined {
  return typeof id === 'string'
    ? /^sha256:([0-9a-f]{64})$/i.exec(id)?.[1]?.toLowerCase()
    : undefined;
}

function hashIn(persistedQuery: unknown): string | undefined {
  const { sha256Hash } = persistedQuery as { sha256Hash?: unknown };
  return typeof sha256Hash === 'string' ? sha256Hash.toLowerCase() : undefined;
}
