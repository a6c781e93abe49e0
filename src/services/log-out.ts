import type { Executor } from '../database/index.js';
import { storeUnavailable } from '../errors/portcullis-error.js';
import type { AccessToken } from '../tokens/index.js';
import type { Caller, Deps, Origin } from './deps.js';
import {
  assertSessionLive,
  endAllOfUser,
  endSessions,
  revoking,
  sessionsEnded,
} from './end-sessions.js';

/** What a client may show to have its session ended; all of it may be stale. */
export interface LogOutCredentials {
  readonly refreshToken: string | null | undefined;
  /** Access tokens, from wherever they were presented. */
  readonly accessTokens: readonly string[];
}

/**
 * Ends the session that the credentials name. Idempotent: true for an unknown or expired token and for
 * a session that had ended before, so that it tells nothing.
 * @throws PortcullisError STORE_UNAVAILABLE: never a false success.
 */
export async function logOut(
  deps: Deps,
  credentials: LogOutCredentials,
  origin: Origin,
): Promise<true> {
  const named = await Promise.all([
    ...credentials.accessTokens.map((token) => accessSession(deps, token)),
    refreshSession(deps, credentials.refreshToken),
  ]);
  const owners = new Map(named.filter((s) => s !== undefined).map((s) => [s.sessionId, s.userId]));
  if (owners.size === 0) return true;
  await endSessions(deps, [...owners.keys()], 'logged_out', null, async (trx, ended) => {
    for (const sessionId of ended) {
      const userId = owners.get(sessionId);
      await deps.audit.append(trx, {
        type: 'session.logged-out',
        userId,
        sessionId,
        ip: origin.ip,
        ended: 1,
      });
    }
  });
  return true;
}

type Named = Pick<AccessToken, 'sessionId' | 'userId'>;

async function accessSession(deps: Deps, accessToken: string): Promise<Named | undefined> {
  if (deps.settings.scheme.token === 'opaque') {
    const session = await deps.sessionTokens.find(accessToken).catch((error: unknown) => {
      throw storeUnavailable(error);
    });
    return session && { sessionId: session.id, userId: session.userId };
  }
  const kid = deps.accessTokens.kidOf(accessToken);
  if (kid === undefined) return undefined;
  // A node that was cut off may lack the key of a good token: that must not pass for a log-out.
  await deps.keys.lookFor(kid);
  try {
    return deps.accessTokens.verifyIgnoringExpiry(accessToken);
  } catch {
    return undefined;
  }
}

async function refreshSession(
  deps: Deps,
  refreshToken: string | null | undefined,
): Promise<Named | undefined> {
  const claim = refreshToken == null ? undefined : deps.refreshTokens.parse(refreshToken);
  if (!claim) return undefined;
  const grant = await deps.database.read((db) => deps.sessions.findGrant(db, claim.sessionId));
  if (!grant || !deps.refreshTokens.matches(claim, grant.secret)) return undefined;
  return { sessionId: claim.sessionId, userId: grant.session.userId };
}

/** Ends the caller's other sessions, and this one unless it is kept. Answers how many it ended. */
export function logOutEverywhere(
  deps: Deps,
  caller: Caller,
  keepCurrent: boolean,
): Promise<number> {
  const { userId, sessionId } = caller.token;
  return revoking(deps, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    const { ended, revocation } = keepCurrent
      ? await endOthers(deps, trx, caller)
      : await endAllOfUser(deps, trx, userId, null, { as: 'logged_out' });
    const event = { type: 'user.sessions-revoked', actorId: userId, userId, sessionId } as const;
    const told = keepCurrent ? { keptSessionId: sessionId } : undefined;
    const more = { ip: caller.origin.ip, detail: 'by the user', ended: ended.length };
    await deps.audit.append(trx, { ...event, ...more, told });
    return { result: ended.length, revocation };
  });
}

async function endOthers(deps: Deps, trx: Executor, { token: { userId, sessionId } }: Caller) {
  const others = { except: sessionId };
  const ended = await deps.sessions.endOfUser(trx, userId, others, 'logged_out', null);
  return { ended, revocation: sessionsEnded(ended) };
}
