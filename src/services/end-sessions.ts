import { PortcullisError } from '../errors/portcullis-error.js';
import type { Executor } from '../database/index.js';
import type { Revocation, RevocationReason } from '../stores/index.js';
import type { Caller, Deps } from './deps.js';

/** Rows that one statement touches at most: PostgreSQL takes 65,535 bindings. */
export const CHUNK = 5_000;

/**
 * Runs a change that revokes: what it answers is written to the log of revocations in the same
 * transaction, and known to this node as soon as that is committed.
 */
export async function revoking<T>(deps: Deps, change: RevokingChange<T>): Promise<T> {
  return (await revokingFor(deps, change, undefined)).result;
}

export type RevokingChange<T> = (
  trx: Executor,
) => Promise<{ readonly result: T; readonly revocation: Revocation }>;

/**
 * As `revoking`; the nodes that apply the revocation say so for a while.
 * @param receiptsFor milliseconds; undefined: nobody asks them to
 */
export async function revokingFor<T>(
  deps: Deps,
  change: RevokingChange<T>,
  receiptsFor: number | undefined,
): Promise<{ readonly result: T; readonly revocationId: string | undefined }> {
  const asked = receiptsFor === undefined ? {} : { receiptsFor };
  const { result, revocation, revocationId } = await deps.database.transaction(async (trx) => {
    const changed = await change(trx);
    const id = await deps.revocations.append(trx, changed.revocation, asked);
    return { ...changed, revocationId: id };
  });
  deps.denylist.add(revocation);
  return { result, revocationId };
}

/** The actor of an event; the operator at the command line is nobody. */
export function actor(caller: Caller | undefined) {
  return { actorId: caller?.token.userId, ip: caller?.origin.ip };
}

/** Ends these sessions and answers those that had not ended before; `also` runs with them or not at all. */
export function endSessions(
  deps: Deps,
  ids: readonly string[],
  reason: 'logged_out' | 'revoked',
  detail: string | null,
  also: (trx: Executor, ended: string[]) => Promise<void>,
): Promise<string[]> {
  return revoking(deps, async (trx) => {
    const result = await deps.sessions.end(trx, ids, reason, detail);
    await also(trx, result);
    return { result, revocation: sessionsEnded(result) };
  });
}

export function sessionsEnded(sessionIds: readonly string[]): Revocation {
  return { kind: 'sessions', sessionIds, reason: 'SESSION_REVOKED' };
}

/** Ends every session of a user, those too that are starting right now, and answers how many it ended. */
export async function endAllOfUser(
  deps: Deps,
  trx: Executor,
  userId: string,
  detail: string | null,
  options: {
    reason?: RevocationReason;
    as?: 'logged_out' | 'revoked';
    except?: string | undefined;
  } = {},
): Promise<{ ended: string[]; epoch: number; revocation: Revocation }> {
  const { reason = 'SESSION_REVOKED', as = 'revoked', except } = options;
  await deps.users.lock(trx, userId);
  const ended = await deps.sessions.endOfUser(trx, userId, { except }, as, detail);
  const epoch = (await deps.users.raiseEpoch(trx, userId)) ?? 0;
  return { ended, epoch, revocation: { kind: 'users', users: [{ userId, epoch }], reason } };
}

/**
 * Ends every session of everybody, the caller's too, with one row. Answers how many it ended; null where there
 * are so many that nobody waits for them to be counted.
 */
export async function endEverybody(
  deps: Deps,
  trx: Executor,
  caller: Caller | undefined,
  detail: string,
): Promise<{ ended: number | null; revocation: Revocation }> {
  const { epoch, ended } = await deps.sessions.raiseGlobalEpoch(trx, detail);
  await deps.audit.append(trx, {
    ...{ type: 'everyone.revoked', detail, ...actor(caller) },
    ...(ended === null ? {} : { ended }),
  });
  return { ended, revocation: { kind: 'everyone', epoch, reason: 'SESSION_REVOKED' } };
}

/**
 * The check before a write, inside its transaction: the caller's session is locked, so a revocation
 * that was acknowledged before cannot be overtaken. The operator at the command line has none.
 * @throws PortcullisError UNAUTHENTICATED.
 */
export async function assertSessionLive(
  deps: Deps,
  trx: Executor,
  caller: Caller | undefined,
): Promise<void> {
  if (caller && !(await deps.sessions.lockLive(trx, caller.token.sessionId))) {
    throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
  }
}
