import { PortcullisError } from '../errors/portcullis-error.js';
import { momentOf } from '../support/moment.js';
import { within } from '../support/within.js';
import type { AccessToken } from '../tokens/index.js';
import type { Deps } from './deps.js';
import { upToDate } from './directory.js';
import { issueJwt } from './tokens-for.js';

/** An access token in place of one from before the window. */
export interface RenewedToken {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  /** Seconds from now. */
  readonly expiresIn: number;
}

/** Milliseconds after which the answer goes out without a new token. */
const DEADLINE = 800;

/** Requests of one session that come at once share the look, and the token. */
const inFlight = new WeakMap<Deps, Map<string, Promise<RenewedToken>>>();

/** Whether the token is from before the window in which it is trusted without a look. */
export function isRenewalDue({ settings, clock }: Deps, token: AccessToken): boolean {
  return settings.scheme.renewal && clock.now() - token.issuedAt * 1_000 > settings.slidingWindow;
}

/**
 * Looks whether the session and the token's epochs are still good, and if so moves the session's idle
 * expiry and makes a new token of them; it never lives longer than the session may.
 * @throws PortcullisError UNAUTHENTICATED when they are not, AUTH_CHECK_UNAVAILABLE.
 */
export function renew(deps: Deps, token: AccessToken): Promise<RenewedToken> {
  const running = inFlight.get(deps) ?? new Map<string, Promise<RenewedToken>>();
  inFlight.set(deps, running);
  const key = `${token.sessionId} ${token.tokenEpoch} ${token.globalEpoch}`;
  const known = running.get(key);
  if (known) return known;
  const work = within(DEADLINE, renewNow(deps, token), unavailable).finally(() => {
    running.delete(key);
  });
  running.set(key, work);
  return work;
}

async function renewNow(deps: Deps, token: AccessToken): Promise<RenewedToken> {
  const issuedAt = deps.clock.now();
  const at = momentOf(deps.clock);
  const { sessionId } = token;
  const grant = await deps.database
    .read(async (db) => {
      const { sessionIdleTtl: idleTtl } = deps.settings;
      const good = await deps.sessions.extend(db, { ...token, idleTtl });
      return good ? deps.sessions.findGrant(db, sessionId) : undefined;
    })
    .catch((cause: unknown) => {
      throw unavailable(cause);
    });
  // It may have ended between the two statements.
  if (!grant || grant.session.endedReason !== null || grant.user.disabled) {
    await deps.checker.check(token);
    throw unavailable();
  }
  deps.checker.remember(sessionId, { at, ...grant });
  const user = await upToDate(deps, grant.user).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (!user) throw new PortcullisError('UNAUTHENTICATED', 'ACCOUNT_DISABLED');
  deps.profiles.put(user);
  const { token: accessToken, expiresAt } = await issueJwt(
    deps,
    { ...grant, user },
    issuedAt,
  ).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  return {
    accessToken,
    accessTokenExpiresAt: new Date(expiresAt),
    expiresIn: Math.max(0, Math.floor((expiresAt - deps.clock.now()) / 1_000)),
  };
}

function unavailable(cause?: unknown): PortcullisError {
  return new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', { cause });
}
