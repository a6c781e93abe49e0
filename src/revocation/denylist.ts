import type { Revocation, RevocationReason, UserEpoch } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { endOf, packEnd, reasonOf, runs } from './packed-end.js';
import type { PackedEnd } from './packed-end.js';

/** What a revocation needs to know of a token. */
export interface RevocableToken {
  readonly userId: string;
  readonly sessionId: string;
  readonly tokenEpoch: number;
  readonly globalEpoch: number;
  /** The key that signed it, if one did. */
  readonly kid?: string | undefined;
}

/** A revocation and how long ago it was written, in milliseconds. */
export interface AgedRevocation {
  readonly revocation: Revocation;
  readonly age: number;
}

/** A revocation and for how long it can still stop a token, in milliseconds. */
export interface RevocationInForce {
  readonly revocation: Revocation;
  readonly remaining: number;
}

interface UserEntry {
  readonly epoch: number;
  readonly reason: RevocationReason;
  /** Monotonic milliseconds. */
  readonly until: number;
}

type Listener = (revocation: Revocation, remaining: number) => void;

/** No epoch is below. */
const NOBODY = { epoch: 0, until: -Infinity };

/** What this node has heard of: revocations in memory, each as long as a token that it stops may live. */
export class Denylist {
  readonly #clock: Clock;
  readonly #lifetime: number;
  /** By session id, in the order of their ends. */
  readonly #sessions = new Map<string, PackedEnd>();
  readonly #users = new Map<string, UserEntry>();
  readonly #listeners = new Set<Listener>();
  readonly #replacedListeners = new Set<() => void>();
  #everyone = NOBODY;
  #revision = 0;
  /** Added by this node itself since the feed's last look began, which may have missed it. */
  #sinceLook: Revocation[] | undefined;

  /** @param lifetime milliseconds that the longest access token may live, clock tolerance included */
  constructor(clock: Clock, lifetime: number) {
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  /** Milliseconds for which a revocation is kept from when it was written. */
  get lifetime(): number {
    return this.#lifetime;
  }

  get size(): number {
    return this.#sessions.size + this.#users.size;
  }

  /** Another number whenever something may be denied that was not before. */
  get revision(): number {
    return this.#revision;
  }

  /** Adds what this node did or found out itself. */
  add(revocation: Revocation): void {
    this.#sinceLook?.push(revocation);
    this.#forget();
    if (this.#apply(revocation, 0)) this.#tell(revocation, 0);
  }

  /** To be called before the feed looks. Also drops what can stop no token any more. */
  beginLook(): void {
    this.#sinceLook = [];
    this.#forget();
  }

  /** Adds what the feed brought. */
  addAll(revocations: readonly AgedRevocation[]): void {
    const news = revocations.filter(({ revocation, age }) => this.#apply(revocation, age));
    for (const { revocation, age } of news) this.#tell(revocation, age);
  }

  /** The feed read everything anew: that is the truth, but for what this node added meanwhile. */
  replaceAll(revocations: readonly AgedRevocation[]): void {
    this.#sessions.clear();
    this.#users.clear();
    this.#everyone = NOBODY;
    this.addAll(revocations);
    for (const revocation of this.#sinceLook ?? []) this.#apply(revocation, 0);
    for (const listener of this.#replacedListeners) listener();
  }

  /** Everything in force. Sessions that end in the same second, for the same reason, come together. */
  *inForce(): Generator<RevocationInForce> {
    const now = this.#clock.monotonic();
    for (const [packed, sessionIds] of runs(this.#sessions)) {
      const remaining = endOf(packed) - now;
      if (remaining <= 0) continue;
      yield { revocation: { kind: 'sessions', sessionIds, reason: reasonOf(packed) }, remaining };
    }
    for (const [userId, { epoch, reason, until }] of this.#users) {
      if (until <= now) continue;
      const revocation = { kind: 'users', users: [{ userId, epoch }], reason } as const;
      yield { revocation, remaining: until - now };
    }
    const { epoch, until } = this.#everyone;
    if (until <= now) return;
    const revocation = { kind: 'everyone', epoch, reason: 'SESSION_REVOKED' } as const;
    yield { revocation, remaining: until - now };
  }

  /** The reason for which a token is denied, as far as this node knows. No I/O. */
  find(token: RevocableToken): RevocationReason | undefined {
    if (token.globalEpoch < this.#everyone.epoch) return 'SESSION_REVOKED';
    const user = this.#users.get(token.userId);
    if (user !== undefined && token.tokenEpoch < user.epoch) return user.reason;
    const session = this.#sessions.get(token.sessionId);
    return session === undefined ? undefined : reasonOf(session);
  }

  /**
   * Told of every revocation as it becomes known, once: what this node did comes back by the feed. Also
   * told for how many milliseconds it can still stop a token. Answers how to stop listening.
   */
  onAdded(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told when everything was read anew: what was known before may be gone. */
  onReplaced(listener: () => void): () => void {
    this.#replacedListeners.add(listener);
    return () => this.#replacedListeners.delete(listener);
  }

  /** Entries stand in the order of their ends, or nearly. */
  #forget(): void {
    const now = this.#clock.monotonic();
    for (const [id, packed] of this.#sessions) {
      if (endOf(packed) > now) break;
      this.#sessions.delete(id);
    }
    for (const [id, { until }] of this.#users) {
      if (until > now) break;
      this.#users.delete(id);
    }
    if (this.#everyone.until <= now) this.#everyone = NOBODY;
  }

  /** Whether any of it was news. */
  #apply(revocation: Revocation, age: number): boolean {
    this.#revision += 1;
    const until = this.#clock.monotonic() + this.#lifetime - age;
    const { reason } = revocation;
    switch (revocation.kind) {
      case 'sessions': {
        const packed = packEnd(until, reason);
        return revocation.sessionIds.filter((id) => this.#applyToSession(id, packed)).length > 0;
      }
      case 'users':
        return (
          revocation.users.filter((user) => this.#applyToUser(user, { reason, until })).length > 0
        );
      case 'everyone': {
        const { epoch } = this.#everyone;
        if (revocation.epoch < epoch) return false;
        this.#everyone = { epoch: revocation.epoch, until };
        return revocation.epoch > epoch;
      }
    }
  }

  #applyToSession(id: string, packed: PackedEnd): boolean {
    const known = this.#sessions.get(id);
    this.#sessions.delete(id);
    this.#sessions.set(id, packed);
    return known === undefined || reasonOf(known) !== reasonOf(packed);
  }

  #applyToUser({ userId, epoch }: UserEpoch, entry: Omit<UserEntry, 'epoch'>): boolean {
    const known = this.#users.get(userId);
    if (known !== undefined && known.epoch > epoch) return false;
    this.#users.delete(userId);
    this.#users.set(userId, { epoch, ...entry });
    return known?.epoch !== epoch || known.reason !== entry.reason;
  }

  #tell(revocation: Revocation, age: number): void {
    for (const listener of this.#listeners) listener(revocation, this.#lifetime - age);
  }
}
