import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { parse as uuidToBytes, stringify as bytesToUuid } from 'uuid';

/** What a session token says; nothing of it is to be believed before its hash is compared. */
export interface OpaqueClaim {
  readonly sessionId: string;
  /** Of the whole token. */
  readonly hash: Buffer;
}

const PREFIX = 'pst_';
const SECRET_BYTES = 32;
const LENGTH = 16 + SECRET_BYTES;

function hashOf(token: string): Buffer {
  // A fast hash will do: there are 256 random bits to guess, not a password. It is of our own making, so
  // that what others may have noted of a token, such as the start of its SHA-256, is not to be found here.
  return createHash('sha256').update('portcullis session token\0').update(token).digest();
}

/** A new session token, 68 characters: session id and 256 random bits. Only the hash is to be kept. */
export function createOpaqueToken(sessionId: string): { token: string; hash: Buffer } {
  const bytes = Buffer.concat([uuidToBytes(sessionId), randomBytes(SECRET_BYTES)]);
  const token = PREFIX + bytes.toString('base64url');
  return { token, hash: hashOf(token) };
}

/** Reads the text without judging it. @returns undefined when it is not of our form. */
export function parseOpaqueToken(text: string): OpaqueClaim | undefined {
  if (!text.startsWith(PREFIX) || text.length > 100) return undefined;
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes.length !== LENGTH || bytes.toString('base64url') !== encoded) return undefined;
  try {
    return { sessionId: bytesToUuid(bytes.subarray(0, 16)), hash: hashOf(text) };
  } catch {
    return undefined; // sixteen bytes that are no UUID
  }
}

/** In constant time. */
export function matchesOpaqueToken(claim: OpaqueClaim, stored: Buffer | null): boolean {
  return stored?.length === claim.hash.length && timingSafeEqual(claim.hash, stored);
}
