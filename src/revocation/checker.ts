import { PortcullisError } from '../errors/portcullis-error.js';
import type { Revocation, SessionRef, SessionState } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { ageOf, momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import { Coalesced } from './coalesced.js';
import type { Denylist, RevocableToken } from './denylist.js';
import { SeenSessions } from './seen-sessions.js';
import type { SeenEpochs } from './seen-sessions.js';

/** Reads the state of sessions from the store, now. Unknown sessions are absent from the answer. */
export type ReadStates = (
  sessions: readonly SessionRef[],
) => Promise<ReadonlyMap<string, SessionState>>;

/** Asks the store whether all that is revoked by now is in the denylist; false where nobody can tell. */
export type Confirm = () => Promise<boolean>;

export interface CheckerOptions {
  /** Milliseconds after which a check counts as impossible. Default 800. */
  readonly deadline?: number;
  /** Sessions whose last check is remembered. Default 100,000. */
  readonly remembered?: number;
}

/** What the store said of a session, and the moment before it was asked. */
export interface Asked {
  readonly state: SessionState | undefined;
  readonly at: Moment;
}

/** Whom to ask for: a session, or a token of one. */
type Question = SessionRef & Partial<RevocableToken>;

/**
 * Asks the store whether sessions are still good: one statement for all who ask in the same tick. Those that were
 * read lately need no second look where the store confirms that nothing was revoked but what the denylist knows:
 * that costs the same for one session and for thousands.
 */
export class Checker {
  readonly #clock: Clock;
  readonly #denylist: Denylist;
  readonly #seen: SeenSessions;
  readonly #reads: Coalesced<Question, Asked>;
  #confirm: Confirm | undefined;

  constructor(read: ReadStates, denylist: Denylist, clock: Clock, options: CheckerOptions = {}) {
    this.#clock = clock;
    this.#denylist = denylist;
    this.#seen = new SeenSessions(options.remembered ?? 100_000);
    this.#reads = new Coalesced((asked) => this.#load(read, asked), options.deadline);
    // What was read before says nothing beside a denylist that began anew.
    denylist.onReplaced(() => this.#seen.forget());
  }

  /** From now on, what was read is confirmed so. The denylist must be fed from the store that is read. */
  confirmBy(confirm: Confirm): void {
    this.#confirm = confirm;
  }

  /** Another number whenever what was read of sessions was forgotten. */
  get generation(): number {
    return this.#seen.generation;
  }

  /** Something was changed that no revocation tells of: every session is read again. */
  forget(): void {
    this.#seen.forget(momentOf(this.#clock));
  }

  /**
   * Whether a feed that brought every revocation vouches for the token: since something was changed of which none
   * told, only once its session was read again, as long as a token from before the change may live.
   */
  isVouchedFor(token: RevocableToken): boolean {
    const { changedAt } = this.#seen;
    if (!changedAt || ageOf(changedAt, this.#clock) > this.#denylist.lifetime) return true;
    return this.#seen.momentOf(token) !== undefined;
  }

  /** Milliseconds since this node last saw the token to be good; undefined when it never did. */
  age(token: RevocableToken): number | undefined {
    const moment = this.#seen.momentOf(token);
    return moment && ageOf(moment, this.#clock);
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
      this.#seen.delete(token.sessionId);
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
  passes(token: RevocableToken, { state }: Asked): boolean {
    if (state?.expired !== false || whyEnded(token, state)) return false;
    // Who stole a key names any session and epoch; the session itself is not over by that.
    return token.kid === undefined || state.kids.includes(token.kid);
  }

  /**
   * Asks for many at once, by one statement. Nothing is judged by the answers, which come in order.
   * @throws PortcullisError AUTH_CHECK_UNAVAILABLE
   */
  ask(tokens: readonly RevocableToken[]): Promise<readonly Asked[]> {
    return this.#reads.readAll(tokens);
  }

  /**
   * What the store says of a session, whichever of its tokens is good; undefined if it knows none.
   * @throws PortcullisError AUTH_CHECK_UNAVAILABLE
   */
  async look({ sessionId, userId }: SessionRef): Promise<SessionState | undefined> {
    return (await this.#reads.read({ sessionId, userId })).state;
  }

  /**
   * The store said of the session, in an answer to another question, that it was good.
   * @param seen the moment before it was asked, and the epochs in force
   */
  remember(sessionId: string, seen: SeenEpochs): void {
    this.#seen.add(sessionId, seen);
  }

  async #load(read: ReadStates, asked: readonly Question[]): Promise<Asked[]> {
    const known = this.#confirm && (await this.#confirmed(this.#confirm, asked));
    return known ?? this.#readAll(read, asked);
  }

  /** What was read of them all before, if it is true still. */
  async #confirmed(confirm: Confirm, asked: readonly Question[]): Promise<Asked[] | undefined> {
    const { generation } = this.#seen;
    const at = momentOf(this.#clock);
    const answers: Asked[] = [];
    for (const one of asked) {
      const state = this.#seen.confirmable(one.sessionId, at);
      if (!state || !isToken(one) || !this.passes(one, { state, at })) return undefined;
      answers.push({ state, at });
    }
    if (!(await confirm())) return undefined;
    // After it, since what became known while they waited is confirmed along with the rest.
    const isNews = (one: Question) => isToken(one) && this.#denylist.find(one) !== undefined;
    return generation === this.#seen.generation && !asked.some(isNews) ? answers : undefined;
  }

  async #readAll(read: ReadStates, asked: readonly Question[]): Promise<Asked[]> {
    const { generation } = this.#seen;
    const at = momentOf(this.#clock);
    const sessions = new Map<string, SessionRef>();
    for (const { sessionId, userId } of asked) sessions.set(sessionId, { sessionId, userId });
    const states = await read([...sessions.values()]);
    // An answer from before everything was forgotten is one for those who asked, and no longer.
    if (generation === this.#seen.generation) this.#seen.addAll(states, at);
    return asked.map(({ sessionId }) => ({ state: states.get(sessionId), at }));
  }
}

function isToken(question: Question): question is RevocableToken {
  return question.tokenEpoch !== undefined && question.globalEpoch !== undefined;
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
