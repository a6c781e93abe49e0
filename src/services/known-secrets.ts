import { LRUCache } from 'lru-cache';

/** As many sessions as a node may refresh within the life of a token. */
const REMEMBERED = 100_000;

/**
 * The secrets of sessions that this node made tokens for: who brings a refresh token is judged by them before
 * the store is asked, which then rotates at once if the secret is still the session's.
 */
export class KnownSecrets {
  /** Texts of a byte a character: 100,000 sessions took 14 MB so, and 31 MB as buffers. */
  readonly #secrets = new LRUCache<string, string>({ max: REMEMBERED });

  get(sessionId: string): Buffer | undefined {
    const secret = this.#secrets.get(sessionId);
    return secret === undefined ? undefined : Buffer.from(secret, 'latin1');
  }

  put(sessionId: string, secret: Buffer): void {
    this.#secrets.set(sessionId, secret.toString('latin1'));
  }
}
