import { LRUCache } from 'lru-cache';
import type { SessionState } from '../stores/index.js';
import { between } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import type { RevocableToken } from './denylist.js';

/** The epochs that were in force for a session that was good, and the moment before the store was asked. */
export interface SeenEpochs {
  readonly at: Moment;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
}

interface Seen {
  readonly at: Moment;
  /** Some answer may have told the epochs alone. */
  readonly state: Pick<SeenEpochs, 'tokenEpoch' | 'globalEpoch'> | SessionState;
}

/** Milliseconds for which what was read of a session can be confirmed; after that it is read again. */
const CONFIRMABLE = 300_000;

/** Sessions that the store said were good, and when. */
export class SeenSessions {
  readonly #seen: LRUCache<string, Seen>;
  #generation = 0;
  /** When something was changed of which no revocation tells. */
  #changedAt: Moment | undefined;

  /** @param most how many are remembered */
  constructor(most: number) {
    this.#seen = new LRUCache({ max: most });
  }

  /** How often everything was forgotten. */
  get generation(): number {
    return this.#generation;
  }

  /** The last time that they were forgotten for a change of which no revocation tells. */
  get changedAt(): Moment | undefined {
    return this.#changedAt;
  }

  /** @param changedAt when something was changed of which no revocation tells, if that is why */
  forget(changedAt = this.#changedAt): void {
    this.#seen.clear();
    this.#generation += 1;
    this.#changedAt = changedAt;
  }

  add(sessionId: string, { at, tokenEpoch, globalEpoch }: SeenEpochs): void {
    this.#seen.set(sessionId, { at, state: { tokenEpoch, globalEpoch } });
  }

  /** Keeps those that are good, and forgets the others. */
  addAll(states: ReadonlyMap<string, SessionState>, at: Moment): void {
    for (const [id, state] of states) {
      if (isGood(state)) this.#seen.set(id, { at, state });
      else this.delete(id);
    }
  }

  delete(sessionId: string): void {
    this.#seen.delete(sessionId);
  }

  /** When the token was last known to be good; undefined where it never was. */
  momentOf(token: RevocableToken): Moment | undefined {
    const { at, state } = this.#seen.get(token.sessionId) ?? {};
    // What was seen of a session says nothing for a token from below the epochs seen then.
    if (!state || token.tokenEpoch < state.tokenEpoch || token.globalEpoch < state.globalEpoch) {
      return undefined;
    }
    return at;
  }

  /** What was read of a session, while nothing but a revocation or a change by hand can have made it untrue. */
  confirmable(sessionId: string, now: Moment): SessionState | undefined {
    const { at, state } = this.#seen.get(sessionId) ?? {};
    if (!at || !state || !('kids' in state)) return undefined;
    const age = between(at, now);
    return age <= CONFIRMABLE && age < (state.remaining ?? 0) ? state : undefined;
  }
}

/** One of which something was left unsaid is not. */
function isGood({ revoked, disabled, expired }: Partial<SessionState>): boolean {
  return revoked === false && disabled === false && expired === false;
}
