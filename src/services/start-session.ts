import { randomBytes } from 'node:crypto';
import { PortcullisError, badInput, storeUnavailable } from '../errors/portcullis-error.js';
import type { AuditType, UserRecord } from '../stores/index.js';
import { newId } from '../support/new-id.js';
import type { Deps, Origin } from './deps.js';
import { findUser } from './directory.js';
import { device as deviceInput, parseInput, z } from './input.js';
import { newSessionToken, tokensFor } from './tokens-for.js';
import type { SignedIn } from './tokens-for.js';

/** The client's own words about its device. */
export interface DeviceInput {
  readonly id: string | null;
  readonly name: string | null;
}

/**
 * A new session and its first tokens. The user's epoch is the one that was read with the password
 * hash: whatever ended the user's sessions since then ends this one too.
 */
export async function startSession(
  deps: Deps,
  user: Pick<UserRecord, 'id' | 'tokenEpoch'>,
  device: DeviceInput | null,
  origin: Origin,
  because: AuditType = 'session.started',
): Promise<SignedIn> {
  const issuedAt = deps.clock.now();
  const id = newId(deps.clock);
  const { token: sessionToken, hash: tokenHash } = newSessionToken(deps, id);
  const grant = await deps.database.transaction(async (trx) => {
    await deps.sessions.insert(trx, {
      id,
      userId: user.id,
      deviceId: device?.id ?? newId(deps.clock),
      deviceName: device?.name ?? null,
      ip: origin.ip,
      userAgent: origin.userAgent,
      secret: randomBytes(32),
      tokenHash,
      tokenEpoch: user.tokenEpoch,
      idleTtl: deps.settings.sessionIdleTtl,
      maxTtl: deps.settings.sessionMaxTtl,
    });
    await deps.audit.append(trx, { type: because, userId: user.id, sessionId: id, ip: origin.ip });
    return deps.sessions.findGrant(trx, id);
  });
  if (!grant) throw storeUnavailable();
  return tokensFor(deps, grant, { issuedAt, sessionToken });
}

/** Signs in a user whose identity was established elsewhere. @throws PortcullisError BAD_USER_INPUT, ACCOUNT_DISABLED */
export async function startSessionOf(
  deps: Deps,
  { userId, device: given }: { readonly userId: string; readonly device: unknown },
  origin: Origin,
): Promise<SignedIn> {
  const { device } = parseInput(z.object({ device: deviceInput }), { device: given });
  const user = await findUser(deps, userId);
  if (!user) throw badInput('userId', 'There is no such user.');
  if (user.disabled) throw new PortcullisError('ACCOUNT_DISABLED', 'ACCOUNT_DISABLED');
  return startSession(deps, user, device, origin);
}
