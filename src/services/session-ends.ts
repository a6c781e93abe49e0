import { PortcullisError } from '../errors/portcullis-error.js';
import type { Checker, Denylist } from '../revocation/index.js';
import type { Revocation } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken } from '../tokens/index.js';

export type EndReason = 'SESSION_REVOKED' | 'ACCOUNT_DISABLED' | 'SESSION_EXPIRED';

/** How a session ended, as its holder is told. */
export interface SessionEnd {
  readonly sessionId: string;
  readonly reason: EndReason;
  readonly at: Date;
}

export interface SessionEndsOptions {
  readonly denylist: Denylist;
  readonly checker: Checker;
  readonly clock: Clock;
  /** Milliseconds between looks at the store, where nodes do not tell each other of revocations. */
  readonly pollInterval: number | undefined;
}

/** What those are told who hold something open for a token. */
export interface Listener {
  /** Nothing passes by this token any more, whether its session goes on with a new one or not. */
  readonly onTokenOver?: () => void;
  /** Its session is over. Told to each once, after the above. */
  readonly onEnd?: (end: SessionEnd) => void;
}

export interface Watch {
  /** When the session ends if nothing happens, once that is known; milliseconds since the epoch. */
  endsAt: number | undefined;
  stop(): void;
}

interface Watcher extends Listener {
  readonly token: AccessToken;
  readonly watch: Watch;
}

/**
 * Tells those who hold something open for a token that it is over, once each: sockets and streams.
 * It goes by what this node hears of revocations; where no feed tells it of others' it asks the store
 * now and then, once for all, as long as anybody watches.
 */
export class SessionEnds {
  readonly #options: SessionEndsOptions;
  readonly #bySession = new Map<string, Set<Watcher>>();
  readonly #byUser = new Map<string, Set<Watcher>>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SessionEndsOptions) {
    this.#options = options;
    this.#stopListening = options.denylist.onAdded((revocation) => this.#hear(revocation));
  }

  /** Costs no I/O; the caller has just made sure that the token is good. */
  watch(token: AccessToken, listener: Listener): Watch {
    const watch: Watch = { endsAt: undefined, stop: () => this.#remove(watcher) };
    const watcher: Watcher = { ...listener, token, watch };
    insert(this.#bySession, token.sessionId, watcher);
    insert(this.#byUser, token.userId, watcher);
    this.#poll();
    return watch;
  }

  /** When the session ends if nothing happens, as far as any of its watchers knows. */
  endsAt(sessionId: string): number | undefined {
    const known = [...(this.#bySession.get(sessionId) ?? [])].map(({ watch }) => watch.endsAt);
    return known.reduce((a, b) => (a === undefined ? b : Math.max(a, b ?? 0)), undefined);
  }

  /**
   * Looks at the store. A session that is over is so for all who watch it.
   * @throws PortcullisError AUTH_CHECK_UNAVAILABLE.
   */
  async check(token: AccessToken): Promise<void> {
    try {
      await this.#options.checker.check(token);
    } catch (error) {
      if (!(error instanceof PortcullisError) || error.code !== 'UNAUTHENTICATED') throw error;
      // The denylist was told of any other reason, and tells.
      if (error.reason === 'SESSION_EXPIRED') this.#expired(token.sessionId);
    }
  }

  stop(): void {
    this.#stopListening();
    clearInterval(this.#timer);
    this.#bySession.clear();
    this.#byUser.clear();
  }

  #expired(sessionId: string): void {
    const now = this.#options.clock.now();
    const at = new Date(Math.min(this.endsAt(sessionId) ?? now, now));
    const end = { sessionId, reason: 'SESSION_EXPIRED', at } as const;
    for (const watcher of [...(this.#bySession.get(sessionId) ?? [])])
      this.#tell(watcher, end, true);
  }

  #hear(revocation: Revocation): void {
    const at = new Date(this.#options.clock.now());
    // A change of the password raises the user's epoch and spares the session that made it.
    const isSure = revocation.kind !== 'users' || revocation.reason === 'ACCOUNT_DISABLED';
    for (const watcher of this.#concerned(revocation)) {
      const { sessionId } = watcher.token;
      const reason = this.#options.denylist.find(watcher.token);
      if (reason) this.#tell(watcher, { sessionId, reason, at }, isSure);
    }
  }

  /** Those whom it may deny, so that a revocation costs as much as there are of them. */
  #concerned(revocation: Revocation): Watcher[] {
    switch (revocation.kind) {
      case 'sessions':
        return revocation.sessionIds.flatMap((id) => [...(this.#bySession.get(id) ?? [])]);
      case 'users':
        return revocation.users.flatMap(({ userId }) => [...(this.#byUser.get(userId) ?? [])]);
      case 'everyone':
        return [...this.#bySession.values()].flatMap((watchers) => [...watchers]);
    }
  }

  #tell(watcher: Watcher, end: SessionEnd, isSure: boolean): void {
    if (!this.#remove(watcher)) return;
    watcher.onTokenOver?.();
    if (isSure) watcher.onEnd?.(end);
    else if (watcher.onEnd) void this.#tellIfOver(watcher.token, watcher.onEnd, end);
  }

  /** Where nobody can tell, nobody is made to destroy tokens that may be good. */
  async #tellIfOver(
    token: AccessToken,
    onEnd: (end: SessionEnd) => void,
    end: SessionEnd,
  ): Promise<void> {
    const unknown = { revoked: false, expired: false, disabled: false };
    const state = await this.#options.checker.look(token).catch(() => unknown);
    if (!state || state.revoked || state.expired || state.disabled) onEnd(end);
  }

  #remove(watcher: Watcher): boolean {
    const { sessionId, userId } = watcher.token;
    const removed = take(this.#bySession, sessionId, watcher);
    take(this.#byUser, userId, watcher);
    if (this.#bySession.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return removed;
  }

  /** The checker makes one statement of all these questions. */
  #poll(): void {
    const { pollInterval } = this.#options;
    if (pollInterval === undefined || this.#timer) return;
    this.#timer = setInterval(() => {
      for (const watchers of this.#bySession.values()) {
        for (const { token } of watchers) this.check(token).catch(() => undefined);
      }
    }, pollInterval);
    this.#timer.unref();
  }
}

function insert(map: Map<string, Set<Watcher>>, key: string, watcher: Watcher): void {
  const set = map.get(key);
  if (set) set.add(watcher);
  else map.set(key, new Set([watcher]));
}

function take(map: Map<string, Set<Watcher>>, key: string, watcher: Watcher): boolean {
  const set = map.get(key);
  const taken = set?.delete(watcher) === true;
  if (set?.size === 0) map.delete(key);
  return taken;
}
