import type { Revocation, RevocationReason } from '../stores/index.js';
import type { Clock } from '../support/clock.js';

/** What a revocation needs to know of a token. */
export interface RevocableToken {
  readonly userId: string;
  readonly sessionId: string;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
}

interface Entry {
  readonly reason: RevocationReason;
  /** Monotonic milliseconds after which no token lives that this could stop. */
  readonly until: number;
}

type UserEntry = Entry & { readonly epoch: number };

/** What this node has heard of: revocations in memory, each as long as a token that it stops may live. */
export class Denylist {
  readonly #clock: Clock;
  readonly #lifetime: number;
  readonly #sessions = new Map<string, Entry>();
  readonly #users = new Map<string, UserEntry>();
  #globalEpoch = 0;

  /** @param lifetime milliseconds that the longest access token may live, clock tolerance included */
  constructor(clock: Clock, lifetime: number) {
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  get size(): number {
    return this.#sessions.size + this.#users.size;
  }

  add(revocation: Revocation): void {
    const until = this.#clock.monotonic() + this.#lifetime;
    const { reason } = revocation;
    switch (revocation.kind) {
      case 'sessions':
        for (const id of revocation.sessionIds) this.#put(this.#sessions, id, { reason, until });
        return;
      case 'user': {
        const { userId, epoch } = revocation;
        const known = this.#users.get(userId);
        if (known === undefined || known.epoch <= epoch) {
          this.#put(this.#users, userId, { reason, until, epoch });
        }
        return;
      }
      case 'everyone':
        this.#globalEpoch = Math.max(this.#globalEpoch, revocation.epoch);
    }
  }

  /** The reason for which a token is denied, as far as this node knows. No I/O. */
  find(token: RevocableToken): RevocationReason | undefined {
    if (token.globalEpoch < this.#globalEpoch) return 'SESSION_REVOKED';
    const user = this.#users.get(token.userId);
    if (user !== undefined && token.tokenEpoch < user.epoch) return user.reason;
    return this.#sessions.get(token.sessionId)?.reason;
  }

  /** An account that is enabled again: its old tokens stay denied, for another reason. */
  pardon(userId: string): void {
    const user = this.#users.get(userId);
    if (user !== undefined) this.#users.set(userId, { ...user, reason: 'SESSION_REVOKED' });
  }

  /** Entries are kept in the order of their end, so this stops at the first that still matters. */
  #put<E extends Entry>(map: Map<string, E>, key: string, entry: E): void {
    const now = this.#clock.monotonic();
    for (const [old, { until }] of map) {
      if (until > now) break;
      map.delete(old);
    }
    map.delete(key);
    map.set(key, entry);
  }
}
