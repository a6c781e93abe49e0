import { randomBytes } from 'node:crypto';
import { PortcullisError, badInput } from '../errors/portcullis-error.js';
import type { AuditType } from '../stores/index.js';
import type { Guesser } from './attempts/index.js';
import type { Caller, Deps } from './deps.js';
import { provePasswordOf } from './directory.js';
import { assertSessionLive, endAllOfUser, revoking } from './end-sessions.js';
import { parseInput, password, z } from './input.js';
import { freshTokensFor, newSessionToken } from './tokens-for.js';
import type { SignedIn } from './tokens-for.js';

const proof = z.object({ password });
const change = z.object({ currentPassword: password, newPassword: password });

function wrongPassword(): PortcullisError {
  return new PortcullisError('INVALID_CREDENTIALS', 'INVALID_CREDENTIALS');
}

/** The caller's hash, once the password was proven against it; none where the team's own store proved it. */
async function provePassword(
  deps: Deps,
  caller: Caller,
  given: string,
): Promise<string | undefined> {
  const { sessionId } = caller.token;
  const guesser = await guesserOf(deps, caller);
  const { hash, correct } = await deps.attempts.guess(guesser, () => prove(deps, caller, given));
  if (correct) return hash;
  await record(deps, caller, 'session.reauthentication-refused', sessionId);
  throw wrongPassword();
}

async function prove(
  deps: Deps,
  { token: { userId } }: Caller,
  given: string,
): Promise<{ readonly hash?: string | undefined; readonly correct: boolean }> {
  if (deps.identity.directory) {
    const user = await deps.database.read((db) => deps.users.find(db, userId));
    return { correct: user !== undefined && (await provePasswordOf(deps, user, given)) };
  }
  const hash = await deps.database.read((db) => deps.users.findHash(db, userId));
  return { hash, correct: hash !== undefined && (await deps.hasher.verify(hash, given)) };
}

async function guesserOf(deps: Deps, { token, origin }: Caller): Promise<Guesser> {
  const { userId, deviceId: device } = token;
  const { email } = await deps.profiles.get(userId);
  return { email, ip: origin.ip, device, userId };
}

function record(deps: Deps, caller: Caller, type: AuditType, sessionId: string): Promise<void> {
  const { userId } = caller.token;
  const event = { type, actorId: userId, userId, sessionId, ip: caller.origin.ip };
  return deps.database.read((db) => deps.audit.append(db, event));
}

/**
 * Proves the password again: same session, same refresh token, new auth_time (RFC 9470).
 * @throws PortcullisError INVALID_CREDENTIALS, UNAUTHENTICATED, RATE_LIMITED.
 */
export async function reauthenticate(deps: Deps, caller: Caller, args: unknown): Promise<SignedIn> {
  const { password: given } = parseInput(proof, args);
  await provePassword(deps, caller, given);
  const { sessionId, userId } = caller.token;
  const renewed = newSessionToken(deps, sessionId);
  await deps.database.transaction(async (trx) => {
    await assertSessionLive(deps, trx, caller);
    await deps.sessions.setAuthenticated(trx, sessionId);
    // Whoever knew the token before the password was entered gains nothing by it.
    if (renewed.hash) await deps.sessions.setTokenHash(trx, sessionId, renewed.hash);
    const event = { type: 'session.reauthenticated', actorId: userId, userId, sessionId } as const;
    await deps.audit.append(trx, { ...event, ip: caller.origin.ip });
  });
  return freshTokensFor(deps, sessionId, renewed.token);
}

/**
 * Changes the password and ends every other session of the caller. This one goes on with new tokens
 * only: its secret is renewed, since whoever stole the old refresh token must not profit from a grace.
 * @throws PortcullisError INVALID_CREDENTIALS, BAD_USER_INPUT, UNAUTHENTICATED, RATE_LIMITED.
 */
export async function changePassword(deps: Deps, caller: Caller, args: unknown): Promise<SignedIn> {
  const { currentPassword, newPassword } = parseInput(change, args);
  if (deps.identity.directory) throw badInput('newPassword', 'Passwords are not kept here.');
  const { email, name } = await deps.profiles.get(caller.token.userId);
  await deps.hasher.requireStrong(newPassword, 'newPassword', [email, name]);
  const proven = await provePassword(deps, caller, currentPassword);
  const newHash = await deps.hasher.hash(newPassword);
  const { sessionId, userId } = caller.token;
  const renewed = newSessionToken(deps, sessionId);
  await revoking(deps, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    await deps.users.lock(trx, userId);
    // Another change may have come first; then the password that was proven is no longer the current.
    if ((await deps.users.findHash(trx, userId)) !== proven) throw wrongPassword();
    await deps.users.setPasswordHash(trx, userId, newHash);
    const options = { except: sessionId };
    const because = 'password changed';
    const { ended, epoch, revocation } = await endAllOfUser(deps, trx, userId, because, options);
    await deps.sessions.renewSecret(trx, sessionId, randomBytes(32), epoch);
    await deps.sessions.setAuthenticated(trx, sessionId);
    if (renewed.hash) await deps.sessions.setTokenHash(trx, sessionId, renewed.hash);
    const event = { type: 'user.password-changed', actorId: userId, userId, sessionId } as const;
    const told = { keptSessionId: sessionId };
    await deps.audit.append(trx, { ...event, ip: caller.origin.ip, ended: ended.length, told });
    return { result: undefined, revocation };
  });
  await deps.attempts.settle(await guesserOf(deps, caller));
  return freshTokensFor(deps, sessionId, renewed.token);
}
