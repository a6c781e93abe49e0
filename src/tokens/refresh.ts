import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse as uuidToBytes, stringify as bytesToUuid } from 'uuid';
import { deriveKey } from './derive-key.js';

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
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = deriveKey(secret, 'refresh tokens');
  }

  /** 75 characters. */
  create(sessionId: string, counter: number, sessionSecret: Buffer): string {
    const body = encodeBody(sessionId, counter);
    const mac = this.#mac(body, sessionSecret);
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
    const expected = this.#mac(encodeBody(claim.sessionId, claim.counter), sessionSecret);
    return timingSafeEqual(expected, claim.mac);
  }

  #mac(body: Buffer, sessionSecret: Buffer): Buffer {
    const key = createHmac('sha256', this.#key).update(sessionSecret).digest();
    return createHmac('sha256', key).update(body).digest();
  }
}

function encodeBody(sessionId: string, counter: number): Buffer {
  const body = Buffer.alloc(BODY);
  body[0] = VERSION;
  body.set(uuidToBytes(sessionId), 1);
  body.writeUInt32BE(counter, 17);
  return body;
}
