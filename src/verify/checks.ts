import { LRUCache } from 'lru-cache';
import { PortcullisError } from '../errors/portcullis-error.js';
import type { Clock } from '../support/clock.js';
import { ageOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import type { AccessToken } from '../tokens/index.js';
import type { Introspected, Introspection } from './introspection.js';

interface Seen {
  readonly at: Moment;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
}

const REMEMBERED = 100_000;

/** Authoritative looks at tokens, by introspection, and what came of them. */
export class Checks {
  readonly #introspection: Introspection;
  readonly #clock: Clock;
  readonly #last = new LRUCache<string, Seen>({ max: REMEMBERED });
  readonly #refused = new LRUCache<string, true>({ max: REMEMBERED });
  /** The tokens as they were presented. */
  readonly #texts = new WeakMap<AccessToken, string>();

  constructor(introspection: Introspection, clock: Clock) {
    this.#introspection = introspection;
    this.#clock = clock;
  }

  /** A token that may be checked from now on. */
  presented(token: AccessToken, text: string): void {
    this.#texts.set(token, text);
  }

  /** Milliseconds since the session of the token was last seen to be good; undefined when it never was. */
  age(token: AccessToken): number | undefined {
    const last = this.#last.get(token.sessionId);
    // What was seen of a session says nothing for a token from below the epochs seen then.
    if (!last || token.tokenEpoch < last.tokenEpoch || token.globalEpoch < last.globalEpoch) {
      return undefined;
    }
    return ageOf(last.at, this.#clock);
  }

  /** Whether the server refused this very token before. */
  refused(token: AccessToken): boolean {
    const key = keyOf(token);
    return key !== undefined && this.#refused.has(key);
  }

  /**
   * Answers `true` when the server says that the token is good.
   * @throws PortcullisError UNAUTHENTICATED when it is not, AUTH_CHECK_UNAVAILABLE when it does not say.
   */
  async check(token: AccessToken): Promise<true> {
    const text = this.#texts.get(token);
    if (text === undefined) throw unavailable('a token that was not presented here');
    const said = await this.#introspection.ask(text);
    if (!said.token) {
      this.#refuse(token);
      throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
    }
    const { sessionId, tokenId } = said.token;
    if (sessionId !== token.sessionId || tokenId !== token.tokenId) {
      throw unavailable('the server speaks of another token');
    }
    this.#remember(said.token, said);
    return true;
  }

  /**
   * What an opaque token stands for, as the server says right now; undefined if it is not good.
   * @throws PortcullisError AUTH_CHECK_UNAVAILABLE
   */
  async lookUp(text: string): Promise<AccessToken | undefined> {
    const said = await this.#introspection.ask(text);
    if (!said.token) return undefined;
    this.presented(said.token, text);
    this.#remember(said.token, said);
    return said.token;
  }

  #remember({ sessionId, tokenEpoch, globalEpoch }: AccessToken, { at }: Introspected): void {
    this.#last.set(sessionId, { at, tokenEpoch, globalEpoch });
  }

  /**
   * Only this token: it may have expired a moment ago, or bear a key that was stolen, and the session goes
   * on by another. That the session is over the feed tells.
   */
  #refuse(token: AccessToken): void {
    this.#last.delete(token.sessionId);
    const key = keyOf(token);
    if (key !== undefined) this.#refused.set(key, true);
  }
}

/** Undefined for what stands for an opaque token, which is looked up every time. */
function keyOf({ kid, tokenId }: AccessToken): string | undefined {
  return kid === undefined ? undefined : `${kid} ${tokenId}`;
}

function unavailable(why: string): PortcullisError {
  const cause = new Error(why);
  return new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', { cause });
}
