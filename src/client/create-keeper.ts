import { ANSWERED_WITHIN, errorOf, valueOf } from './ask.js';
import { grantOf, keptOf, reasonOf, toldAs } from './grant.js';
import type { Grant, Payload } from './grant.js';
import { REFRESH } from './operations.js';
import { backOff, createTimer } from './timer.js';
import { openTabs } from './tabs.js';
import { AuthError } from './types.js';
import type { AuthEvent, AuthEventType, AuthState, EndReason } from './types.js';
import type { Keeper, KeeperParts } from './keeper.js';

/** Milliseconds; well within the grace of a refresh token. */
const SOON = 1_000;
const NOBODY: AuthState = { status: 'signed-out', user: null, session: null, reason: null };

/**
 * Whatever began before a sign-in or a sign-out counts no more after it. Only a word of the server, or of the
 * user, ends what is kept: no race and no bad network does.
 */
export function createKeeper(parts: KeeperParts): Keeper {
  const { ask, platform, vault, isCookie, isShared, minValidity } = parts;
  let state: AuthState = { ...NOBODY, status: 'starting' };
  let grant: Grant | null = null;
  /** Changes with every sign-in and sign-out. */
  let life = 0;
  let signOuts = 0;
  let failures = 0;
  let renewing: { readonly life: number; readonly done: Promise<void> } | undefined;
  const over = new Set<string>();
  const listeners = new Set<(event: AuthEvent) => void>();
  const timer = createTimer(platform);
  let abort: AbortController | undefined;
  /** Whether a refresh was cut short: the server may be one token ahead of what is kept. */
  let isUnsure = false;
  /** What is under way is for whoever was signed in before: its cookie must not come after. */
  const supersede = () => {
    life += 1;
    if (grant) over.add(grant.session.id);
    if (renewing) isUnsure = true;
    abort?.abort();
  };

  const left = ({ expiresAt }: Grant) => expiresAt - platform.now();
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);
  const again = () => quietly(renew(grant));

  const keptToken = async () => (await vault.read())?.refreshToken ?? null;
  const probe = async (known: Partial<Grant> | null) =>
    (await import('./probe.js')).probe(ask, known);

  const emit: Keeper['emit'] = (type, more) => {
    for (const listener of listeners) listener({ type, state, ...more });
  };

  /** @param told as what; null where there is nothing new */
  const adopt = (next: Grant, told: AuthEventType | null) => {
    grant = next;
    started = undefined;
    const { user, session, isRenewable } = next;
    state = { status: 'signed-in', user, session, reason: null };
    // Not all tabs, and not all of a crowd that signed in at once, at the same moment.
    const share = isRenewable ? 0.75 + 0.15 * platform.random() : 1;
    // A timer may ring early.
    timer.set(
      isUnsure ? SOON : left(next) * share + 9,
      isRenewable ? again : () => quietly(token(0)),
    );
    if (told) emit(told);
  };

  const close = (reason: EndReason | null, isNews: boolean) => {
    const isChange = state.status !== 'signed-out';
    supersede();
    if (isNews && !reason) signOuts += 1;
    timer.cancel();
    started = undefined;
    // What was only heard too: a tab that opened since may have heard of the session, and not of its end.
    if (grant) tabs.tellEnd(grant.session.id, reason);
    grant = null;
    if (isNews || !isShared) void vault.write(null);
    state = { ...NOBODY, reason };
    if (isChange) emit(toldAs(reason), { reason });
  };
  const nobody = () => close(null, false);
  const end: Keeper['end'] = (reason) => close(reason, true);
  const accept: Keeper['accept'] = async (payload, before, isSignIn) => {
    if (before !== signOuts) return false;
    const next = grantOf(payload, isCookie, platform.now());
    if (isSignIn) supersede();
    // Two trades that overlapped, and the later one was faster.
    else if (grant?.session.id !== next.session.id || next.issuedAt < grant.issuedAt) return false;
    const mine = life;
    // Another tab has signed out, and this one is about to hear of it.
    if (!isSignIn && ((await vault.read())?.out || mine !== life)) return false;
    const written = vault.write(isCookie ? null : keptOf(next));
    if (isSignIn) adopt(next, 'signed-in');
    await written;
    if (mine !== life) return isSignIn;
    // The old token is forgotten only when the new one is written down.
    if (!isSignIn) adopt(next, 'refreshed');
    tabs.tell(next, isSignIn);
    return true;
  };

  const tryAgain = (error: unknown, work: () => void) => {
    emit('refresh-failed', { error: error instanceof AuthError ? error : errorOf(error as Error) });
    timer.set(backOff(failures++, platform), work);
  };

  const trade = async (stale: Grant | null) => {
    const mine = life;
    const release = await tabs.turn();
    try {
      const refreshToken = await keptToken();
      if (mine !== life || grant !== stale) return;
      // Gone from the storage: the user, or another tab, has signed out.
      if (!isCookie && refreshToken === null) {
        end('NO_TOKEN');
        return;
      }
      const bounded = (abort = new AbortController());
      platform.after(ANSWERED_WITHIN, () => bounded.abort());
      const answer = await ask(REFRESH[1], { refreshToken }, bounded);
      const isOvertaken = (await keptToken()) !== refreshToken;
      if (mine !== life) return;
      const reason = reasonOf(answer.errors);
      isUnsure = false;
      if (!reason) {
        const payload = valueOf(answer, 'refresh') as Payload;
        failures = 0;
        // Another tab has kept something meanwhile, and that is newer.
        if (isOvertaken) timer.set(SOON, again);
        else await accept(payload, signOuts, payload.session.id !== grant?.session.id);
        return;
      }
      if (reason !== 'REFRESH_INVALID' || !isCookie) {
        end(reason);
        return;
      }
      // Some schemes have no refresh token, and then there is none in the cookie.
      const found = await probe(stale);
      if (mine !== life) return;
      // Where cookies are blocked, a token is good for as long as it is.
      if (found) adopt(found, stale ? null : 'signed-in');
      else if (stale) end(reason);
    } catch (error) {
      if (mine !== life) return;
      if (stale) tryAgain(error, again);
      throw error;
    } finally {
      release();
    }
  };

  /** Gets the successor of this grant, unless there is one already. One at a time. */
  const renew = async (stale: Grant | null): Promise<void> => {
    while (grant === stale) {
      const mine = life;
      const under = (renewing ??= {
        life: mine,
        done: trade(stale).finally(() => {
          renewing = undefined;
        }),
      });
      if (under.life === mine) return under.done;
      await under.done.catch(() => undefined);
    }
  };

  const token: Keeper['token'] = async (least = minValidity, stale) => {
    await started;
    const current = grant;
    if (stale === true) stale = current?.isRenewable ? current : null;
    if (!current || (stale ? current !== stale : left(current) >= least * 1_000)) {
      return current?.accessToken ?? null;
    }
    if (current.isRenewable) {
      try {
        await renew(current);
      } catch (error) {
        // What is still good is better than nothing.
        if (stale || grant !== current || left(current) <= 0) throw error;
      }
    } else if (stale || left(current) <= 0) end('TOKEN_EXPIRED');
    return grant?.accessToken ?? null;
  };

  /** Another tab tells of what it has got. */
  const hearOf = (next: Grant, isNew: boolean) => {
    if (over.has(next.session.id)) return;
    const isSame = grant?.session.id === next.session.id;
    const isNewer = !grant || next.issuedAt > grant.issuedAt;
    if (isSame ? !isNewer : !isShared || !(isNew || isNewer)) return;
    if (!isSame) supersede();
    if (!isShared) void vault.write(keptOf(next));
    adopt(next, isSame ? 'refreshed' : 'signed-in');
  };

  const begin = async () => {
    const mine = life;
    const isStale = () => mine !== life || grant !== null;
    const kept = await vault.read();
    if (kept?.out) {
      nobody();
      parts.onUntold(kept.out);
      return;
    }
    await tabs.ask();
    if (isStale()) return;
    try {
      if (isCookie || kept?.refreshToken) await renew(null);
      else if (kept?.accessToken) {
        const found = await probe(kept);
        if (found && !isStale()) adopt(found, 'signed-in');
      }
      if (!isStale()) nobody();
    } catch (error) {
      tryAgain(error, start);
      throw error;
    }
  };
  let started: Promise<void> | undefined;
  const start = () => {
    timer.cancel();
    quietly((started = begin()));
  };

  const onWake = (isLong: boolean) => {
    if (isLong && state.status === 'starting') start();
    // Who knows how long it was: what is known of the session may be old.
    const isDue =
      grant?.isRenewable && (isLong || failures > 0 || left(grant) < minValidity * 1_000);
    if (isDue) again();
  };

  const tabs = openTabs(platform, parts.name, {
    ask: () => {
      if (grant) tabs.tell(grant, false);
    },
    grant: hearOf,
    end: (sessionId, reason) => {
      over.add(sessionId);
      if (grant?.session.id === sessionId) close(reason, false);
      // Who tells it has emptied the storage, where this one has its place now.
      else if (grant && !isCookie) void vault.write(keptOf(grant));
    },
  });
  const stopWaking = platform.onWake(onWake);
  start();

  return {
    get state() {
      return state;
    },
    get grant() {
      return grant;
    },
    get life() {
      return life;
    },
    get signOuts() {
      return signOuts;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: async () => {
      await started;
      return state;
    },
    ...{ emit, token, accept, end, turn: tabs.turn },
    renewed: (accessToken, sent) => {
      if (grant?.session.id !== sent.session.id || grant.accessToken === accessToken) return;
      // How long it is good for, an answer will tell.
      const next = {
        ...grant,
        accessToken,
        expiresAt: Infinity,
        life: Infinity,
        issuedAt: grant.issuedAt + 1,
      };
      if (!isCookie) void vault.write(keptOf(next));
      adopt(next, 'refreshed');
      tabs.tell(next, false);
    },
    hear: (errors, sent) => {
      const reason = reasonOf(errors);
      if (!reason || !sent) return false;
      if (grant?.session.id === sent.session.id) end(reason);
      return true;
    },
    dispose: () => {
      supersede();
      timer.cancel();
      stopWaking();
      listeners.clear();
      tabs.close();
    },
  };
}
