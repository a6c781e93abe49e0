import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { StartupError } from '../../errors/index.js';

/** The SHA-256 of a document's text, in hexadecimal. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A manifest: an object of hash and document. */
export function formatManifest(documents: readonly string[]): string {
  const entries = documents.map((text) => [hashOf(text), text] as const);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/**
 * The documents of a manifest: an object of SHA-256 and document, as ours and Relay's are, or one of
 * Apollo's, with a list of operations.
 * @param file what to call it
 * @throws StartupError naming the entry
 */
export function readManifest(json: string, file: string): string[] {
  return entriesOf(json, file).map(([id, text]) => {
    const fail = (why: string) => new StartupError(`${file}: entry ${id.slice(0, 80)} ${why}.`);
    if (typeof text !== 'string') throw fail('has no document');
    if (hashOf(text) !== id.toLowerCase()) throw fail('is not the SHA-256 of its document');
    try {
      parse(text, { noLocation: true });
    } catch {
      throw fail('is not GraphQL');
    }
    return text;
  });
}

function entriesOf(json: string, file: string): [id: string, text: unknown][] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new StartupError(`${file} is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StartupError(`${file} is not a manifest of documents.`);
  }
  const { format, operations } = value as { format?: unknown; operations?: unknown };
  if (format === undefined) return Object.entries(value);
  if (format !== 'apollo-persisted-query-manifest' || !Array.isArray(operations)) {
    throw new StartupError(`${file} is a manifest of a format that is not known.`);
  }
  return operations.map((each: unknown) => {
    const { id, body } = (each ?? {}) as { id?: unknown; body?: unknown };
    return [typeof id === 'string' ? id : 'without an id', body];
  });
}
