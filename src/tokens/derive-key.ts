import { hkdfSync } from 'node:crypto';

/** An independent 32-byte key per purpose from the one server secret (RFC 5869). */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'portcullis', purpose, 32));
}
