import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse as uuidToBytes, stringify as bytesToUuid } from 'uuid';
import { deriveKey } from './derive-key.js';
import type { Secrets } from './key-vault.js';

/** What a refresh token says; nothing of it is to be believed before `matches`. */
export interface RefreshClaim {
  readonly sessionId: string;
  readonly counter: number;
  readonly mac: Buffer;
}

const PREFIX = 'prt_';
const VERSION = 1;
const BODY = 1 + 16 + 4;
const LENGTH = BODY + 32;

/**
 * Refresh tokens are derived, not stored: version, session id, counter and a MAC under a key made of
 * the server secret and the session's own secret. A stolen database alone forges none, a stolen
 * environment alone forges none, and the successor of a token is always the same text.
 */
export class RefreshTokens {
  readonly #keys: ReadonlyMap<string, ServerKey>;
  readonly #inUse: () => string;

  /** @param inUse the one of the secrets to make tokens under; tokens under any of them are ours */
  constructor(secrets: Secrets, inUse: () => string = () => secrets[0]) {
    const keyOf = (secret: string) => new ServerKey(deriveKey(secret, 'refresh tokens'));
    this.#keys = new Map(secrets.map((secret) => [secret, keyOf(secret)]));
    this.#inUse = inUse;
  }

  /** 75 characters. */
  create(sessionId: string, counter: number, sessionSecret: Buffer): string {
    const body = encodeBody(sessionId, counter);
    const key = this.#keys.get(this.#inUse());
    if (!key) throw new Error('the secret in use is none of those accepted');
    const mac = key.macOf(body, sessionSecret);
    return PREFIX + Buffer.concat([body, mac]).toString('base64url');
  }

  /** Reads the text without judging it. @returns undefined when it is not of our form. */
  parse(text: string): RefreshClaim | undefined {
    if (!text.startsWith(PREFIX) || text.length > 100) return undefined;
    const encoded = text.slice(PREFIX.length);
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.length !== LENGTH || bytes[0] !== VERSION) return undefined;
    if (bytes.toString('base64url') !== encoded) return undefined;
    try {
      return {
        sessionId: bytesToUuid(bytes.subarray(1, 17)),
        counter: bytes.readUInt32BE(17),
        mac: bytes.subarray(BODY),
      };
    } catch {
      return undefined; // sixteen bytes that are no UUID
    }
  }

  /** Whether we made this token for this session. */
  matches(claim: RefreshClaim, sessionSecret: Buffer): boolean {
    const body = encodeBody(claim.sessionId, claim.counter);
    return [...this.#keys.values()]
      .map((key) => timingSafeEqual(key.macOf(body, sessionSecret), claim.mac))
      .includes(true);
  }
}

/** Makes MACs under one secret of the server. */
class ServerKey {
  /** A refresh judges one token of a session and makes the next: each key is made once for both. */
  readonly #ofSessions = new WeakMap<Buffer, Buffer>();

  constructor(private readonly key: Buffer) {}

  macOf(body: Buffer, sessionSecret: Buffer): Buffer {
    let key = this.#ofSessions.get(sessionSecret);
    if (!key) {
      key = hmac(this.key, sessionSecret);
      this.#ofSessions.set(sessionSecret, key);
    }
    return hmac(key, body);
  }
}

function hmac(key: Buffer, text: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function encodeBody(sessionId: string, counter: number): Buffer {
  const body = Buffer.alloc(BODY);
  body[0] = VERSION;
  body.set(uuidToBytes(sessionId), 1);
  body.writeUInt32BE(counter, 17);
  return body;
}
