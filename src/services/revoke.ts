import { badInput, storeUnavailable } from '../errors/portcullis-error.js';
import type { SessionRecord } from '../stores/index.js';
import type { Caller, Deps } from './deps.js';
import { assertSessionLive, endAllOfUser, revoking, sessionsEnded } from './end-sessions.js';
import { deviceId, parseInput, reason, requiredReason, z } from './input.js';

const because = z.object({ reason });
const ofDevice = z.object({ reason, deviceId });
const becauseOf = z.object({ reason: requiredReason });

function actor(caller: Caller | undefined) {
  return { actorId: caller?.token.userId, ip: caller?.origin.ip };
}

/** Ends one session, whoever's it is. Idempotent. @throws PortcullisError BAD_USER_INPUT at `id`. */
export async function revokeSession(
  deps: Deps,
  caller: Caller | undefined,
  args: { id: string; reason?: string | null | undefined },
): Promise<SessionRecord> {
  const { reason: detail } = parseInput(because, { reason: args.reason });
  return endOne(deps, caller, args.id, detail, undefined);
}

/** Ends one of the caller's own sessions. Another user's counts as unknown. */
export async function revokeMySession(
  deps: Deps,
  caller: Caller,
  id: string,
): Promise<SessionRecord> {
  return endOne(deps, caller, id, 'by the user', caller.token.userId);
}

async function endOne(
  deps: Deps,
  caller: Caller | undefined,
  id: string,
  detail: string | null,
  owner: string | undefined,
): Promise<SessionRecord> {
  return revoking(deps, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    const before = await deps.sessions.find(trx, id);
    if (!before || (owner !== undefined && before.userId !== owner)) {
      throw badInput('id', 'There is no such session.');
    }
    const ended = await deps.sessions.end(trx, [id], 'revoked', detail);
    if (ended.length > 0) {
      const event = {
        type: 'session.revoked',
        userId: before.userId,
        sessionId: id,
        detail,
      } as const;
      await deps.audit.append(trx, { ...event, ...actor(caller) });
    }
    const result = await deps.sessions.find(trx, id);
    if (!result) throw storeUnavailable();
    return { result, revocation: sessionsEnded([id]) };
  });
}

/** Ends all of a user's sessions, or only those of one device. Answers how many it ended. */
export async function revokeUserSessions(
  deps: Deps,
  caller: Caller | undefined,
  args: {
    userId: string;
    deviceId?: string | null | undefined;
    reason?: string | null | undefined;
  },
): Promise<number> {
  const { userId } = args;
  const { reason: detail, deviceId: device } = parseInput(ofDevice, args);
  return revoking(deps, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    if (!(await deps.users.find(trx, userId))) throw badInput('userId', 'There is no such user.');
    const event = { type: 'user.sessions-revoked', userId, detail } as const;
    await deps.audit.append(trx, { ...event, ...actor(caller) });
    if (device === null) {
      const { ended, revocation } = await endAllOfUser(deps, trx, userId, detail);
      return { result: ended.length, revocation };
    }
    // The device's sessions by their ids: it may sign in again, and a bound by time would need clocks.
    const only = { deviceId: device };
    const ended = await deps.sessions.endOfUser(trx, userId, only, 'revoked', detail);
    return { result: ended.length, revocation: sessionsEnded(ended) };
  });
}

/** Ends every session of everybody, the caller's too, with one row. Answers how many it ended. */
export async function revokeAllSessions(
  deps: Deps,
  caller: Caller | undefined,
  args: { reason: string },
): Promise<number> {
  const { reason: detail } = parseInput(becauseOf, args);
  return revoking(deps, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    const { epoch, ended } = await deps.sessions.raiseGlobalEpoch(trx, detail);
    await deps.audit.append(trx, { type: 'everyone.revoked', detail, ...actor(caller) });
    return { result: ended, revocation: { kind: 'everyone', epoch, reason: 'SESSION_REVOKED' } };
  });
}
