import { z } from 'zod';
import { PortcullisError } from '../errors/portcullis-error.js';
import { userIdOf } from '../tokens/index.js';
import type { AccessToken } from '../tokens/index.js';
import type { Clock } from '../support/clock.js';
import { momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import { within } from '../support/within.js';
import { parseAs } from './http.js';
import type { Ask } from './http.js';
import { Slots } from './slots.js';

export interface IntrospectionOptions {
  /** Undefined: nobody can be asked. */
  readonly url: string | undefined;
  readonly serviceToken: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly ask: Ask;
  readonly clock: Clock;
  /** Milliseconds from when it is asked for. */
  readonly deadline: number;
}

/** What the server said of a token at a moment: what it stands for, or nothing if it is not good. */
export interface Introspected {
  readonly token: AccessToken | undefined;
  /** Before it was asked. */
  readonly at: Moment;
}

const LIMIT = 64 * 1024;
/** Questions under way at a time. */
const CONCURRENCY = 64;

const time = z.number().min(0);
const epoch = z.int().min(0);
const said = z.discriminatedUnion('active', [
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    iss: z.string(),
    aud: z.string(),
    sub: z.string().min(1),
    sid: z.string().min(1),
    did: z.string(),
    iat: time,
    exp: time,
    auth_time: time,
    jti: z.string().min(1),
    ver: epoch,
    gen: epoch,
    scope: z.string(),
  }),
]);

/** Asks the server whether tokens are good (RFC 7662): one question for all who ask in the same tick. */
export class Introspection {
  readonly #options: IntrospectionOptions;
  readonly #slots = new Slots(CONCURRENCY);
  /** Asked for in this tick, and not sent yet: an answer under way may be from before what we know. */
  readonly #next = new Map<string, Promise<Introspected>>();

  constructor(options: IntrospectionOptions) {
    this.#options = options;
  }

  /** @throws PortcullisError AUTH_CHECK_UNAVAILABLE when the server does not say in time. */
  ask(token: string): Promise<Introspected> {
    const known = this.#next.get(token);
    if (known) return known;
    const asked = this.#asked(token).catch((cause: unknown) => {
      throw new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', { cause });
    });
    this.#next.set(token, asked);
    return asked;
  }

  async #asked(token: string): Promise<Introspected> {
    const { deadline } = this.#options;
    const late = new AbortController();
    const sent = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#next.delete(token);
      return this.#slots.run(() => this.#send(token, late.signal), late.signal);
    });
    try {
      return await within(deadline, sent, () => new Error('the check took too long'));
    } finally {
      late.abort();
      sent.catch(() => undefined);
    }
  }

  async #send(token: string, signal: AbortSignal): Promise<Introspected> {
    const { url, serviceToken, issuer, audience, ask, clock, deadline } = this.#options;
    if (url === undefined || serviceToken === undefined) throw new Error('nobody can be asked');
    const at = momentOf(clock);
    const answer = await ask(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${serviceToken}`, accept: 'application/json' },
      body: new URLSearchParams({ token }),
      limit: LIMIT,
      timeout: deadline,
      signal,
    });
    if (answer.status !== 200) throw new Error(`the server answers ${answer.status}`);
    const claims = parseAs(said, answer.text);
    if (!claims.active) return { token: undefined, at };
    // Good, but not for us, or not from whom we trust.
    if (claims.iss !== issuer || claims.aud !== audience) return { token: undefined, at };
    return {
      at,
      token: {
        userId: userIdOf(claims.sub),
        ...(userIdOf(claims.sub) === claims.sub ? {} : { subject: claims.sub }),
        sessionId: claims.sid,
        deviceId: claims.did,
        tokenEpoch: claims.ver,
        globalEpoch: claims.gen,
        scopes: new Set(claims.scope.split(' ').filter((scope) => scope !== '')),
        issuedAt: claims.iat,
        expiresAt: claims.exp,
        authenticatedAt: claims.auth_time,
        tokenId: claims.jti,
      },
    };
  }
}
