import { PortcullisError, storeUnavailable } from '../errors/portcullis-error.js';
import type { ReasonOf } from '../errors/codes.js';
import type { SessionGrant, SessionSecrets, UserRecord } from '../stores/index.js';
import type { RefreshClaim } from '../tokens/index.js';
import type { Deps, Origin } from './deps.js';
import { upToDate } from './directory.js';
import { endSessions } from './end-sessions.js';
import { tokensFor } from './tokens-for.js';
import type { SignedIn } from './tokens-for.js';

type Grant = SessionGrant & SessionSecrets;

/** A refresh that loses its race reads again; more than twice means that the store is in trouble. */
const ATTEMPTS = 3;

function rejected(reason: ReasonOf['REFRESH_REJECTED']): PortcullisError {
  return new PortcullisError('REFRESH_REJECTED', reason);
}

/**
 * Exchanges a refresh token for its successor and a new access token. Tabs that race, and a client
 * whose answer was lost, get the session's newest token while the grace of the one that they hold
 * lasts; it runs from that token's own rotation, so it neither slides nor forks. After it, a replay is
 * theft and ends the session (RFC 9700, 4.14.2).
 * @throws PortcullisError REFRESH_REJECTED, STORE_UNAVAILABLE.
 */
export async function refresh(
  deps: Deps,
  refreshToken: string | null | undefined,
  origin: Origin,
): Promise<SignedIn> {
  const { refresh: offered } = deps.settings.scheme;
  const claim =
    !offered || refreshToken == null ? undefined : deps.refreshTokens.parse(refreshToken);
  if (!claim) throw rejected('REFRESH_INVALID');
  const rotated = await rotateKnown(deps, claim, origin);
  if (rotated) return rotated;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const issuedAt = deps.clock.now();
    const found = await deps.database.read((db) => deps.sessions.findGrant(db, claim.sessionId));
    // A forged token says nothing about the session that it names: the victim's lives on.
    if (!found || !deps.refreshTokens.matches(claim, found.secret))
      throw rejected('REFRESH_INVALID');
    refuseEnded(found);
    const grant = { ...found, user: await stillWelcome(deps, found, origin) };
    const tokens =
      claim.counter < grant.refreshCounter
        ? await successorInGrace(deps, claim, grant, issuedAt, origin)
        : await rotate(deps, claim, grant, issuedAt, origin);
    if (tokens) return tokens;
  }
  throw storeUnavailable();
}

function refuseEnded({ session, user }: Grant): void {
  if (user.disabled) throw rejected('ACCOUNT_DISABLED');
  if (session.endedReason === 'expired') throw rejected('SESSION_EXPIRED');
  if (session.endedReason !== null) throw rejected('SESSION_REVOKED');
}

/** The user as it is now; one whom the team's own store keeps out loses the session. */
async function stillWelcome(
  deps: Deps,
  { session, user }: Grant,
  { ip }: Origin,
): Promise<UserRecord> {
  const now = await upToDate(deps, user);
  if (now) return now;
  const { id, userId } = session;
  await endSessions(deps, [id], 'revoked', 'account disabled', async (trx, { length: ended }) => {
    const detail = 'not in the user directory any more';
    const event = { type: 'session.revoked', userId, sessionId: id, ended, detail } as const;
    await deps.audit.append(trx, { ...event, ip });
  });
  throw rejected('ACCOUNT_DISABLED');
}

/**
 * The usual case in one statement: the newest token of a live session that this node has made tokens for
 * before. Whatever else it may be is left to a look.
 */
async function rotateKnown(
  deps: Deps,
  claim: RefreshClaim,
  { ip }: Origin,
): Promise<SignedIn | undefined> {
  const { sessionId, counter: expected } = claim;
  const secret = deps.secrets.get(sessionId);
  // A team's own store is asked before anything is rotated.
  if (!secret || deps.identity.directory || !deps.refreshTokens.matches(claim, secret)) {
    return undefined;
  }
  const issuedAt = deps.clock.now();
  const grant = await deps.sessions.rotateKnown?.({
    ...{ sessionId, secret, expected, next: expected + 1, ip },
    idleTtl: deps.settings.sessionIdleTtl,
    eventId: deps.audit.newId(),
  });
  return grant && tokensFor(deps, grant, { issuedAt });
}

/**
 * A token of ours that is ahead of the row was issued by a primary whose last commits a failover lost:
 * the row catches up.
 */
async function rotate(
  deps: Deps,
  claim: RefreshClaim,
  grant: Grant,
  issuedAt: number,
  origin: Origin,
): Promise<SignedIn | undefined> {
  const next = claim.counter + 1;
  const moved = await deps.sessions.rotate({
    sessionId: claim.sessionId,
    expected: grant.refreshCounter,
    next,
    idleTtl: deps.settings.sessionIdleTtl,
    eventId: deps.audit.newId(),
    ip: origin.ip,
  });
  if (!moved) return undefined;
  const session = { ...grant.session, ...moved };
  return tokensFor(deps, { ...grant, session }, { issuedAt, counter: next });
}

async function successorInGrace(
  deps: Deps,
  claim: RefreshClaim,
  grant: Grant,
  issuedAt: number,
  origin: Origin,
): Promise<SignedIn> {
  const age = grant.rotationAges[grant.refreshCounter - 1 - claim.counter];
  const { refreshGrace } = deps.settings;
  if (refreshGrace > 0 && age !== undefined && age <= refreshGrace) {
    return tokensFor(deps, grant, { issuedAt });
  }
  const { id, userId } = grant.session;
  await endSessions(
    deps,
    [id],
    'revoked',
    'refresh token reused',
    async (trx, { length: ended }) => {
      const event = { type: 'session.refresh-reused', userId, sessionId: id, ended } as const;
      await deps.audit.append(trx, { ...event, ip: origin.ip });
    },
  );
  throw rejected('REFRESH_REUSED');
}
