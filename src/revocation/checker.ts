import { LRUCache } from 'lru-cache';
import { PortcullisError } from '../errors/portcullis-error.js';
import type { Revocation, SessionRef, SessionState } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { ageOf, momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import { Coalesced } from './coalesced.js';
import type { Denylist, RevocableToken } from './denylist.js';

/** Reads the state of sessions from the store, now. Unknown sessions are absent from the answer. */
export type ReadStates = (
  sessions: readonly SessionRef[],
) => Promise<ReadonlyMap<string, SessionState>>;

export interface CheckerOptions {
  /** Milliseconds after which a check counts as impossible. Default 800. */
  readonly deadline?: number;
  /** Sessions whose last check is remembered. Default 100,000. */
  readonly remembered?: number;
}

interface Remembered {
  /** Before the statement was sent. */
  readonly at: Moment;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
}

/** What the store said of a session, and the moment before it was asked. */
export interface Asked {
  readonly state: SessionState | undefined;
  readonly at: Moment;
}

/** Asks the store whether sessions are still good: one statement for all who ask in the same tick. */
export class Checker {
  readonly #clock: Clock;
  readonly #denylist: Denylist;
  readonly #last: LRUCache<string, Remembered>;
  readonly #reads: Coalesced<SessionRef, Asked>;

  constructor(read: ReadStates, denylist: Denylist, clock: Clock, options: CheckerOptions = {}) {
    this.#clock = clock;
    this.#denylist = denylist;
    this.#last = new LRUCache({ max: options.remembered ?? 100_000 });
    this.#reads = new Coalesced((asked) => this.#load(read, asked), options.deadline);
  }

  /** Milliseconds since this node last saw the token to be good; undefined when it never did. */
  age(token: RevocableToken): number | undefined {
    const last = this.#last.get(token.sessionId);
    // What was seen of a session says nothing for a token from below the epochs seen then.
    if (!last || token.tokenEpoch < last.tokenEpoch || token.globalEpoch < last.globalEpoch) {
      return undefined;
    }
    return ageOf(last.at, this.#clock);
  }

  /**
   * Answers `true` when the store says that the token is good.
   * @param asked what it said, or why it could not. Default: it is asked now
   * @throws PortcullisError UNAUTHENTICATED when it is not, AUTH_CHECK_UNAVAILABLE when the store does
   * not answer in time.
   */
  async check(token: RevocableToken, asked?: Asked | PortcullisError): Promise<true> {
    // Also an answer at hand is waited for: nobody beside the one who asks hears of an end sooner by it.
    const answer = await (asked ?? this.#reads.read(token));
    if (answer instanceof PortcullisError) throw answer;
    const ended = whyEnded(token, answer.state);
    if (ended) {
      // What a check found out, the whole node knows from now on.
      this.#last.delete(token.sessionId);
      this.#denylist.add(ended);
      throw new PortcullisError('UNAUTHENTICATED', ended.reason);
    }
    if (answer.state?.expired !== false) {
      throw new PortcullisError('UNAUTHENTICATED', 'SESSION_EXPIRED');
    }
    if (!this.passes(token, answer))
      throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
    return true;
  }

  /** Whether the store said that the token is good. */
  passes(token: RevocableToken, { state, at }: Asked): boolean {
    if (state?.expired !== false || whyEnded(token, state)) return false;
    // Who stole a key names any session and epoch; the session itself is not over by that.
    if (token.kid !== undefined && !state.kids.includes(token.kid)) return false;
    this.remember(token.sessionId, { at, ...state });
    return true;
  }

  /**
   * Asks for many at once, by one statement. Nothing is judged by the answers, which come in order.
   * @throws PortcullisError AUTH_CHECK_UNAVAILABLE
   */
  ask(sessions: readonly SessionRef[]): Promise<readonly Asked[]> {
    return this.#reads.readAll(sessions);
  }

  /**
   * What the store says of a session, whichever of its tokens is good; undefined if it knows none.
   * @throws PortcullisError AUTH_CHECK_UNAVAILABLE
   */
  async look(session: SessionRef): Promise<SessionState | undefined> {
    return (await this.#reads.read(session)).state;
  }

  /**
   * The store said of the session, in an answer to another question, that it was good.
   * @param seen the moment before it was asked, and the epochs in force
   */
  remember(sessionId: string, { at, tokenEpoch, globalEpoch }: Remembered): void {
    this.#last.set(sessionId, { at, tokenEpoch, globalEpoch });
  }

  async #load(read: ReadStates, asked: readonly SessionRef[]): Promise<Asked[]> {
    const at = momentOf(this.#clock);
    const sessions = new Map<string, SessionRef>();
    for (const { sessionId, userId } of asked) sessions.set(sessionId, { sessionId, userId });
    const states = await read([...sessions.values()]);
    return asked.map(({ sessionId }) => ({ state: states.get(sessionId), at }));
  }
}

/** The fact that denies this token, and others like it. */
function whyEnded(token: RevocableToken, state: SessionState | undefined): Revocation | undefined {
  const { userId, sessionId } = token;
  const reason = state?.disabled === true ? 'ACCOUNT_DISABLED' : 'SESSION_REVOKED';
  if (state && token.tokenEpoch < state.tokenEpoch) {
    return { kind: 'users', users: [{ userId, epoch: state.tokenEpoch }], reason };
  }
  if (state && token.globalEpoch < state.globalEpoch) {
    return { kind: 'everyone', epoch: state.globalEpoch, reason: 'SESSION_REVOKED' };
  }
  if (state === undefined || state.revoked || state.disabled) {
    return { kind: 'sessions', sessionIds: [sessionId], reason };
  }
  return undefined;
}
