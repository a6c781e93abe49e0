import { PortcullisError } from '../errors/portcullis-error.js';
import type { Executor } from '../database/index.js';
import type { Revocation, RevocationReason } from '../stores/index.js';
import type { Caller, Deps } from './deps.js';

/**
 * Runs a change that revokes: what it answers is written to the log of revocations in the same
 * transaction, and known to this node as soon as that is committed.
 */
export async function revoking<T>(
  deps: Deps,
  change: (trx: Executor) => Promise<{ result: T; revocation: Revocation }>,
): Promise<T> {
  const { result, revocation } = await deps.database.transaction(async (trx) => {
    const changed = await change(trx);
    await deps.revocations.append(trx, changed.revocation);
    return changed;
  });
  deps.denylist.add(revocation);
  return result;
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
