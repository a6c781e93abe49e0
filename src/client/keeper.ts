import { networkError, valueOf } from './ask.js';
import type { Ask } from './ask.js';
import { endOf, grantOf, lifetimeOf, toldAs } from './grant.js';
import type { Grant, Payload } from './grant.js';
import { LOGOUT, ME, MY_SESSIONS, REFRESH } from './operations.js';
import type { Cancel, Platform, Wake } from './platform.js';
import { Tabs } from './tabs.js';
import { AuthError } from './types.js';
import type {
  AuthEvent,
  AuthEventType,
  AuthSession,
  AuthState,
  AuthUser,
  EndReason,
} from './types.js';
import type { Kept, Vault } from './vault.js';

export interface KeeperOptions {
  readonly ask: Ask;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly isCookie: boolean;
  /** Whether all tabs have the same session, if any. */
  readonly isShared: boolean;
  /** What tabs of the same API have in common. */
  readonly name: string;
  /** Milliseconds. */
  readonly minValidity: number;
}

/** Milliseconds. */
const BACK_OFF = { first: 1_000, most: 30_000 };

/** What is kept of it between page loads. */
export function keptOf({ refreshToken, accessToken }: Grant): Kept {
  return refreshToken === null ? { accessToken } : { refreshToken };
}

const NOBODY: AuthState = { status: 'signed-out', user: null, session: null, reason: null };

/**
 * Who is signed in, and with which tokens. Whatever began before a sign-in or a sign-out counts no more
 * after it: only words of the server, or of the user, end what is kept here.
 */
export class Keeper {
  state: AuthState = { ...NOBODY, status: 'starting' };
  grant: Grant | null = null;
  readonly tabs: Tabs;
  readonly #options: KeeperOptions;
  readonly #listeners = new Set<(event: AuthEvent) => void>();
  /** Changes with every sign-in and sign-out. */
  #life = 0;
  #signOuts = 0;
  #renewing: { readonly life: number; readonly done: Promise<void> } | undefined;
  #abort: AbortController | undefined;
  readonly #over = new Set<string>();
  #failures = 0;
  #cancel: Cancel = () => undefined;
  readonly #stopWaking: Cancel;
  #started: Promise<void>;
  #isDisposed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    const { platform, name } = options;
    this.tabs = new Tabs({
      platform,
      name,
      onAsked: () => this.grant && this.tabs.tell(this.grant, false),
      onGrant: (grant, isNew) => this.#hear(grant, isNew),
      onEnd: (sessionId, type, reason) => {
        this.#over.add(sessionId);
        if (this.grant?.session.id === sessionId) this.end(type, reason, false);
      },
    });
    this.#stopWaking = platform.onWake((wake) => this.#onWake(wake));
    this.#started = this.#start();
    this.#started.catch(() => undefined);
  }

  subscribe(listener: (event: AuthEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: Omit<AuthEvent, 'state'>): void {
    for (const listener of this.#listeners) listener({ ...event, state: this.state });
  }

  /**
   * A token that is good for so many milliseconds more; null where nobody is signed in, or a cookie has it.
   * @throws AuthError NETWORK and the like, where one cannot be had now
   */
  async token(minValidity = this.#options.minValidity, stale?: Grant): Promise<string | null> {
    await this.ready();
    const { grant } = this;
    if (!grant || (stale ? grant !== stale : this.#left(grant) >= minValidity)) {
      return grant?.accessToken ?? null;
    }
    if (grant.isRenewable) {
      try {
        await this.renew(grant);
      } catch (error) {
        // What is still good is better than nothing.
        if (stale || this.grant !== grant || this.#left(grant) <= 0) throw error;
      }
    } else if (this.#left(grant) <= 0) this.end('signed-out', 'TOKEN_EXPIRED');
    return this.grant?.accessToken ?? null;
  }

  /** Settles when it is known whether somebody is signed in. @throws AuthError where nobody can tell yet */
  async ready(): Promise<void> {
    await this.#started;
  }

  /** Gets the successor of this grant, unless there is one already. One at a time. @throws AuthError */
  async renew(stale: Grant | null): Promise<void> {
    while (this.grant === stale) {
      const life = this.#life;
      const under = this.#renewing;
      if (under) await (under.life === life ? under.done : under.done.catch(() => undefined));
      else {
        const done = this.#renew(stale).finally(() => {
          this.#renewing = undefined;
        });
        this.#renewing = { life, done };
        await done;
      }
      if (under?.life === life || !under) return;
    }
  }

  /** How often the user was signed out: what was asked before is no use after. */
  get signOuts(): number {
    return this.#signOuts;
  }

  /** Takes what the server has handed out. Answers false where it comes too late. */
  async accept(payload: Payload, signOuts: number, isSignIn: boolean): Promise<boolean> {
    const { vault, platform, isCookie } = this.#options;
    if (signOuts !== this.#signOuts) return false;
    const grant = grantOf(payload, isCookie, platform.now());
    // Two trades that overlapped, and the later one was faster.
    if (!isSignIn && this.grant && grant.issuedAt < this.grant.issuedAt) return false;
    if (isSignIn) this.#life += 1;
    const mine = this.#life;
    // The old token is forgotten only when the new one is written down.
    await vault.write(isCookie ? null : keptOf(grant));
    if (mine !== this.#life) return false;
    this.#adopt(grant, isSignIn);
    this.tabs.tell(grant, isSignIn);
    return true;
  }

  /** A token that came along with an answer, in place of the one that was sent. */
  renewed(accessToken: string, sent: Grant): void {
    const { grant } = this;
    if (!grant || grant.session.id !== sent.session.id || grant.accessToken === accessToken) return;
    const life = lifetimeOf(accessToken);
    const now = this.#options.platform.now();
    const expiresAt = life === undefined ? grant.expiresAt : now + life;
    const next = { ...grant, accessToken, expiresAt, issuedAt: grant.issuedAt + 1 };
    if (!this.#options.isCookie) void this.#options.vault.write({ accessToken });
    this.#adopt(next, false);
    this.tabs.tell(next, false);
  }

  /** It is over: nothing of it is left in this tab, in the others, or in the storage. */
  end(type: AuthEventType, reason: EndReason | null, isNews = true): void {
    const { grant } = this;
    this.#life += 1;
    this.#signOuts += 1;
    this.#abort?.abort();
    this.#cancel();
    this.grant = null;
    this.#started = Promise.resolve();
    if (grant) {
      this.#over.add(grant.session.id);
      if (isNews) this.tabs.tellEnd(grant.session.id, type, reason);
    }
    if (isNews || !this.#options.isShared) void this.#options.vault.write(null);
    const isChange = this.state.status !== 'signed-out';
    this.state = { ...NOBODY, reason };
    if (isChange) this.emit({ type, reason });
  }

  /** What an error says of the session of the grant that it was asked with. */
  hear(extensions: Readonly<Record<string, unknown>> | undefined, sent: Grant | null): boolean {
    const reason = endOf(extensions);
    if (!reason || !sent) return false;
    if (this.grant?.session.id === sent.session.id) this.end(toldAs(reason), reason);
    return true;
  }

  /** Tells the server of a sign-out: now, or else in the background as soon as it can be reached. */
  async deliverEnd(out: Kept, bearer?: string | null): Promise<void> {
    const life = this.#life;
    const { vault, platform } = this.#options;
    await vault.write({ out });
    const tell = async (failures: number): Promise<void> => {
      // Somebody has signed in again, here or in another tab: the cookie is theirs now.
      if (this.#life !== life || !(await vault.read())?.out) return;
      if (await this.#isToldOf(out, bearer)) {
        if (this.#life === life) await vault.write(null);
      } else if (!this.#isDisposed) {
        platform.after(this.#backOff(failures), () => void tell(failures + 1));
      }
    };
    await tell(0);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#life += 1;
    this.#abort?.abort();
    this.#cancel();
    this.#stopWaking();
    this.#listeners.clear();
    this.tabs.close();
  }

  async #isToldOf(out: Kept, bearer?: string | null): Promise<boolean> {
    const { refreshToken = null, accessToken = bearer } = out;
    const { ask } = this.#options;
    try {
      const answer = await ask(LOGOUT[1], { refreshToken }, { accessToken, keepalive: true });
      return answer.data?.['logout'] === true || answer.status === 401;
    } catch {
      return false;
    }
  }

  async #start(): Promise<void> {
    const { vault, isCookie } = this.#options;
    const life = this.#life;
    const isStale = () => life !== this.#life || this.grant !== null;
    const kept = await vault.read();
    if (kept?.out) {
      this.state = NOBODY;
      void this.deliverEnd(kept.out);
      return;
    }
    await this.tabs.ask();
    if (isStale()) return;
    try {
      if (isCookie || kept?.refreshToken) await this.renew(null);
      else if (kept?.accessToken) await this.#probe(kept.accessToken, life);
      if (isStale()) return;
      this.state = NOBODY;
      this.emit({ type: 'signed-out', reason: null });
    } catch (error) {
      this.#tryAgain(error, () => {
        this.#started = this.#start();
        this.#started.catch(() => undefined);
      });
      throw error;
    }
  }

  /** Signed in by a token that nothing is known of, or by the session token of a cookie. */
  async #probe(accessToken: string | null, life: number): Promise<void> {
    const { ask, platform } = this.#options;
    const me = await ask(ME[1], undefined, { accessToken });
    const user = me.data?.['me'] as AuthUser | null | undefined;
    if (me.status !== 401 && !me.data) throw networkError(undefined);
    if (!user) return;
    const answer = await ask(MY_SESSIONS[1], undefined, { accessToken });
    if (answer.errors?.some(({ extensions }) => endOf(extensions))) return;
    const session = valueOf<AuthSession[]>(answer, 'mySessions').find(({ current }) => current);
    if (!session || life !== this.#life) return;
    const now = platform.now();
    const times = { issuedAt: 0, expiresAt: Infinity, authenticatedAt: now };
    this.#adopt({ accessToken, refreshToken: null, isRenewable: false, ...times, session, user }, true);
  }

  async #renew(stale: Grant | null): Promise<void> {
    const { ask, vault, isCookie } = this.#options;
    const life = this.#life;
    const isStale = () => life !== this.#life || this.grant !== stale;
    const release = await this.tabs.turn();
    try {
      if (isStale()) return;
      const kept = isCookie ? undefined : await vault.read();
      if (isStale()) return;
      if (kept !== undefined && !kept?.refreshToken) return this.end('signed-out', 'NO_TOKEN');
      const { signal } = (this.#abort = new AbortController());
      const answer = await ask(
        REFRESH[1],
        { refreshToken: kept?.refreshToken ?? null },
        { signal },
      );
      if (life !== this.#life) return;
      const payload = answer.data?.['refresh'] as Payload | null | undefined;
      if (payload) {
        this.#failures = 0;
        const isOther = payload.session.id !== this.grant?.session.id;
        await this.accept(payload, this.#signOuts, isOther);
        return;
      }
      const reason = answer.errors?.map(({ extensions }) => endOf(extensions)).find(Boolean);
      if (!reason) valueOf(answer, 'refresh');
      if (!reason) throw networkError(undefined);
      // Of a cookie that never held a refresh token, as under schemes that have none.
      if (reason === 'REFRESH_INVALID' && isCookie) await this.#probeCookie(stale, life, reason);
      else this.end(toldAs(reason), reason);
    } catch (error) {
      if (life !== this.#life) return;
      if (stale) this.#tryAgain(error, () => void this.renew(this.grant).catch(() => undefined));
      throw error;
    } finally {
      release();
    }
  }

  async #probeCookie(stale: Grant | null, life: number, reason: EndReason): Promise<void> {
    if (!stale) return this.#probe(null, life);
    const { ask } = this.#options;
    const answer = await ask(MY_SESSIONS[1], undefined, { accessToken: stale.accessToken });
    if (life !== this.#life) return;
    if (!answer.data?.['mySessions']) return this.end(toldAs(reason), reason);
    this.#adopt({ ...stale, isRenewable: false }, false);
  }

  #adopt(grant: Grant, isSignIn: boolean): void {
    this.grant = grant;
    this.#started = Promise.resolve();
    const { user, session } = grant;
    this.state = { status: 'signed-in', user, session, reason: null };
    this.#schedule(grant);
    this.emit({ type: isSignIn ? 'signed-in' : 'refreshed' });
  }

  /** Another tab tells of what it got. */
  #hear(grant: Grant, isNew: boolean): void {
    const { session } = grant;
    if (this.#over.has(session.id)) return;
    const mine = this.grant;
    const isSame = mine?.session.id === session.id;
    if (isSame ? grant.issuedAt <= mine.issuedAt : !this.#options.isShared) return;
    // A tab that is behind tells of whom it knew before.
    if (!isSame && !isNew && mine && grant.issuedAt <= mine.issuedAt) return;
    if (!isSame) this.#life += 1;
    if (isSame && !this.#options.isShared && !this.#options.isCookie) {
      void this.#options.vault.write(keptOf(grant));
    }
    this.#adopt(grant, !isSame);
  }

  #schedule(grant: Grant): void {
    this.#cancel();
    const left = this.#left(grant);
    if (left === Infinity) return;
    const { platform } = this.#options;
    const work = grant.isRenewable
      ? () => void this.renew(grant).catch(() => undefined)
      : () => void this.token(0).catch(() => undefined);
    // Not all tabs, and not all of a crowd that signed in at once, at the same moment.
    const share = grant.isRenewable ? 0.75 + 0.15 * platform.random() : 1;
    this.#cancel = platform.after(Math.max(0, left * share), work);
  }

  #tryAgain(error: unknown, work: () => void): void {
    const known = error instanceof AuthError ? error : networkError(error);
    this.emit({ type: 'refresh-failed', error: known });
    this.#cancel();
    this.#cancel = this.#options.platform.after(this.#backOff(this.#failures++), work);
  }

  #backOff(failures: number): number {
    const longest = Math.min(BACK_OFF.first * 2 ** failures, BACK_OFF.most);
    return longest * (0.5 + this.#options.platform.random() / 2);
  }

  #onWake(wake: Wake): void {
    const { grant } = this;
    if (!grant) {
      if (this.state.status === 'starting' && wake !== 'wake') {
        this.#cancel();
        this.#started = this.#start();
        this.#started.catch(() => undefined);
      }
      return;
    }
    if (!grant.isRenewable) return;
    // Who knows how long it was: what is known of the session may be old.
    const isDue = wake === 'resumed' || this.#failures > 0 || this.#left(grant) < this.#options.minValidity;
    if (isDue) void this.renew(grant).catch(() => undefined);
  }

  #left(grant: Grant): number {
    return grant.expiresAt - this.#options.platform.now();
  }
}
