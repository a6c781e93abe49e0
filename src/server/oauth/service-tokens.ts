import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestHookHandler } from 'fastify';
import { readBearer } from '../../support/bearer.js';

const REALM = 'Bearer realm="portcullis"';

/** The tokens by which other services are known. */
export class ServiceTokens {
  readonly #hashes: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#hashes = tokens.map(hashOf);
  }

  get none(): boolean {
    return this.#hashes.length === 0;
  }

  /** For `onRequest`: answers with 401, before anything is read, unless the request bears one of them. */
  readonly admit: onRequestHookHandler = (request, reply, done) => {
    const token = readBearer(request.headers.authorization);
    if (token !== undefined && this.#has(token)) return done();
    const error = token === undefined ? 'invalid_request' : 'invalid_token';
    const challenge = token === undefined ? REALM : `${REALM}, error="${error}"`;
    void reply.header('www-authenticate', challenge);
    void reply.code(401).send({ error, error_description: 'A service token is needed.' });
  };

  #has(token: string): boolean {
    const hash = hashOf(token);
    // All of them, always: how long it takes tells nothing.
    return this.#hashes.map((each) => timingSafeEqual(each, hash)).includes(true);
  }
}

/** Of one length, whatever is presented. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
