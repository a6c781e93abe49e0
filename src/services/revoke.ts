import type { Executor } from '../database/index.js';
import { badInput, storeUnavailable } from '../errors/portcullis-error.js';
import type { SessionRecord } from '../stores/index.js';
import type { Caller, Deps } from './deps.js';
import {
  actor,
  assertSessionLive,
  endAllOfUser,
  endEverybody,
  sessionsEnded,
} from './end-sessions.js';
import { deviceId, parseInput, reason, requiredReason, z } from './input.js';
import { revokingWithReceipts } from './receipts.js';
import type { AwaitNodes, Revoked } from './receipts.js';

const because = z.object({ reason });
const ofDevice = z.object({ reason, deviceId });
const becauseOf = z.object({ reason: requiredReason });

/** Ends one session, whoever's it is. Idempotent. @throws PortcullisError BAD_USER_INPUT at `id`. */
export async function revokeSession(
  deps: Deps,
  caller: Caller | undefined,
  args: AwaitNodes & { id: string; reason?: string | null | undefined },
): Promise<Revoked<SessionRecord>> {
  const { reason: detail } = parseInput(because, { reason: args.reason });
  return endOne(deps, caller, args, detail, undefined);
}

/** Ends one of the caller's own sessions. Another user's counts as unknown. */
export async function revokeMySession(
  deps: Deps,
  caller: Caller,
  id: string,
): Promise<SessionRecord> {
  const { result } = await endOne(deps, caller, { id }, 'by the user', caller.token.userId);
  return result;
}

async function endOne(
  deps: Deps,
  caller: Caller | undefined,
  args: AwaitNodes & { id: string },
  detail: string | null,
  owner: string | undefined,
): Promise<Revoked<SessionRecord>> {
  const { id } = args;
  return revokingWithReceipts(deps, args, async (trx) => {
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
        ended: 1,
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
  args: AwaitNodes & {
    userId: string;
    deviceId?: string | null | undefined;
    reason?: string | null | undefined;
  },
): Promise<Revoked<number>> {
  const { userId } = args;
  const { reason: detail, deviceId: device } = parseInput(ofDevice, args);
  return revokingWithReceipts(deps, args, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    if (!(await deps.users.find(trx, userId))) throw badInput('userId', 'There is no such user.');
    const { ended, revocation } =
      device === null
        ? await endAllOfUser(deps, trx, userId, detail)
        : await endDevice(deps, trx, userId, device, detail);
    const event = { type: 'user.sessions-revoked', userId, detail, ended: ended.length } as const;
    const told = device === null ? undefined : { deviceId: device };
    await deps.audit.append(trx, { ...event, ...actor(caller), told });
    return { result: ended.length, revocation };
  });
}

/** The device's sessions by their ids: it may sign in again, and a bound by time would need clocks. */
async function endDevice(
  deps: Deps,
  trx: Executor,
  userId: string,
  deviceId: string,
  detail: string | null,
) {
  const ended = await deps.sessions.endOfUser(trx, userId, { deviceId }, 'revoked', detail);
  return { ended, revocation: sessionsEnded(ended) };
}

/** Ends every session of everybody, the caller's too, with one row. Answers how many it ended; null: too many to count. */
export async function revokeAllSessions(
  deps: Deps,
  caller: Caller | undefined,
  args: AwaitNodes & { reason: string },
): Promise<Revoked<number | null>> {
  const { reason: detail } = parseInput(becauseOf, args);
  return revokingWithReceipts(deps, args, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    const { ended, revocation } = await endEverybody(deps, trx, caller, detail);
    return { result: ended, revocation };
  });
}
