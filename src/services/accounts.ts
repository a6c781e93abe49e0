import { badInput, storeUnavailable } from '../errors/portcullis-error.js';
import type { Executor } from '../database/index.js';
import type { AuditType, UserRecord } from '../stores/index.js';
import type { Caller, Deps } from './deps.js';
import { assertSessionLive, endAllOfUser, revoking } from './end-sessions.js';
import { parseInput, reason, scopes, z } from './input.js';

const disabling = z.object({ until: z.date().nullish(), reason });
const scoping = z.object({ scopes });

/** Begins a change of one account: the actor is live, the account exists and is held. */
async function holdAccount(
  deps: Deps,
  trx: Executor,
  caller: Caller | undefined,
  id: string,
): Promise<UserRecord> {
  await assertSessionLive(deps, trx, caller);
  const user = await deps.users.find(trx, id);
  if (!user || !(await deps.users.lock(trx, id))) throw badInput('id', 'There is no such user.');
  return user;
}

async function finish(
  deps: Deps,
  trx: Executor,
  caller: Caller | undefined,
  userId: string,
  type: AuditType,
  detail: string | null,
): Promise<UserRecord> {
  const who = { actorId: caller?.token.userId, ip: caller?.origin.ip };
  await deps.audit.append(trx, { type, userId, detail, ...who });
  const user = await deps.users.find(trx, userId);
  if (!user) throw storeUnavailable();
  return user;
}

/** Disables an account, for good or until a time, and ends all its sessions. */
export async function disableUser(
  deps: Deps,
  caller: Caller | undefined,
  args: { id: string; until?: Date | null | undefined; reason?: string | null | undefined },
): Promise<UserRecord> {
  const { until, reason: detail } = parseInput(disabling, args);
  if (until && until.getTime() <= deps.clock.now()) {
    throw badInput('until', 'This must be a time to come.');
  }
  const user = await revoking(deps, async (trx) => {
    await holdAccount(deps, trx, caller, args.id);
    const { revocation } = await endAllOfUser(deps, trx, args.id, detail ?? 'account disabled', {
      reason: 'ACCOUNT_DISABLED',
    });
    await deps.users.disable(trx, args.id, until ?? null, detail);
    const result = await finish(deps, trx, caller, args.id, 'user.disabled', detail);
    return { result, revocation };
  });
  deps.profiles.forget(user.id);
  return user;
}

/** Enables an account again. Its old sessions stay ended. */
export async function enableUser(
  deps: Deps,
  caller: Caller | undefined,
  args: { id: string },
): Promise<UserRecord> {
  const user = await revoking(deps, async (trx) => {
    const { tokenEpoch: epoch } = await holdAccount(deps, trx, caller, args.id);
    await deps.users.enable(trx, args.id);
    const result = await finish(deps, trx, caller, args.id, 'user.enabled', null);
    // The old tokens stay over, on all nodes; only the reason is another from now on.
    const users = [{ userId: args.id, epoch }];
    return { result, revocation: { kind: 'users', users, reason: 'SESSION_REVOKED' } };
  });
  deps.profiles.forget(user.id);
  return user;
}

/** Sets what an account may do. Tokens that are out keep their scopes until the next refresh. */
export async function setUserScopes(
  deps: Deps,
  caller: Caller | undefined,
  args: { id: string; scopes: readonly string[] },
): Promise<UserRecord> {
  const { scopes: wanted } = parseInput(scoping, args);
  const user = await deps.database.transaction(async (trx) => {
    const before = await holdAccount(deps, trx, caller, args.id);
    await deps.users.setScopes(trx, args.id, wanted);
    const detail = `${before.scopes.join(' ') || 'none'} -> ${wanted.join(' ') || 'none'}`;
    return finish(deps, trx, caller, args.id, 'user.scopes-changed', detail);
  });
  deps.profiles.forget(user.id);
  return user;
}
