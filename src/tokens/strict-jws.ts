/** What a compact JWS says of itself, before its signature is looked at. */
export interface JwsParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Larger than any token that we make; refused before any work is spent on it. */
const MAX_TOKEN_LENGTH = 4_096;

/** One that keeps a byte order mark, for JSON.parse to stumble over. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes apart a compact JWS (RFC 7515) in the one form that our signer writes: three canonical
 * base64url segments, header and payload the shortest JSON of an object. Duplicate members, spaces,
 * escapes of plain characters, numbers such as 1e999 and non-zero trailing bits all read differently
 * in different parsers, so none of them is let in.
 * @returns undefined for anything else.
 */
export function parseStrictJws(token: string): JwsParts | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const segments = token.split('.');
  const [header, payload, signature] = segments;
  if (segments.length !== 3 || !header || !payload || !signature) return undefined;
  const signed = decodeSegment(signature);
  const headerObject = parseObject(decodeSegment(header));
  const payloadObject = parseObject(decodeSegment(payload));
  if (!signed || !headerObject || !payloadObject) return undefined;
  return { header: headerObject, payload: payloadObject };
}

function decodeSegment(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  return bytes.toString('base64url') === segment ? bytes : undefined;
}

function parseObject(bytes: Buffer | undefined): Record<string, unknown> | undefined {
  if (!bytes) return undefined;
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return JSON.stringify(value) === text ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
