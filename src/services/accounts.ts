import { badInput, storeUnavailable } from '../errors/portcullis-error.js';
import type { Executor } from '../database/index.js';
import type { AuditEvent, UserEpoch, UserRecord } from '../stores/index.js';
import type { Caller, Deps } from './deps.js';
import { CHUNK, assertSessionLive, endAllOfUser, revoking } from './end-sessions.js';
import { parseInput, reason, scopes, z } from './input.js';
import { revokingWithReceipts } from './receipts.js';
import type { AwaitNodes, Revoked } from './receipts.js';

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
  deed: Pick<AuditEvent, 'type' | 'detail' | 'ended' | 'told'>,
): Promise<UserRecord> {
  const who = { actorId: caller?.token.userId, ip: caller?.origin.ip };
  await deps.audit.append(trx, { ...deed, userId, ...who });
  const user = await deps.users.find(trx, userId);
  if (!user) throw storeUnavailable();
  return user;
}

/** Disables an account, for good or until a time, and ends all its sessions. */
export async function disableUser(
  deps: Deps,
  caller: Caller | undefined,
  args: DisableArgs & { id: string },
): Promise<Revoked<UserRecord>> {
  const { until, reason: detail } = parseDisabling(deps, args);
  const revoked = await revokingWithReceipts(deps, args, async (trx) => {
    await holdAccount(deps, trx, caller, args.id);
    const because = detail ?? 'account disabled';
    const options = { reason: 'ACCOUNT_DISABLED' } as const;
    const { ended, revocation } = await endAllOfUser(deps, trx, args.id, because, options);
    await deps.users.disable(trx, [args.id], until, detail);
    const deed = { type: 'user.disabled', detail, ended: ended.length } as const;
    const result = await finish(deps, trx, caller, args.id, deed);
    return { result, revocation };
  });
  deps.profiles.forget(args.id);
  return revoked;
}

interface DisableArgs extends AwaitNodes {
  readonly until?: Date | null | undefined;
  readonly reason?: string | null | undefined;
}

function parseDisabling(deps: Deps, args: DisableArgs) {
  const { until = null, reason: detail } = parseInput(disabling, args);
  if (until && until.getTime() <= deps.clock.now()) {
    throw badInput('until', 'This must be a time to come.');
  }
  return { until, reason: detail };
}

/**
 * Disables many accounts at once, all or none, with one revocation for all of them. Answers how many
 * sessions it ended.
 * @throws PortcullisError BAD_USER_INPUT at `ids.N` for one that is unknown.
 */
export async function disableUsers(
  deps: Deps,
  caller: Caller | undefined,
  args: DisableArgs & { ids: readonly string[] },
): Promise<Revoked<number>> {
  const { until, reason: detail } = parseDisabling(deps, args);
  const ids = [...new Set(args.ids)].sort();
  const revoked = await revokingWithReceipts(deps, args, async (trx) => {
    await assertSessionLive(deps, trx, caller);
    let result = 0;
    const epochs: UserEpoch[] = [];
    for (let at = 0; at < ids.length; at += CHUNK) {
      const some = ids.slice(at, at + CHUNK);
      const known = new Set(await deps.users.lockMany(trx, some));
      const unknown = some.find((id) => !known.has(id));
      if (unknown !== undefined) {
        throw badInput(`ids.${args.ids.indexOf(unknown)}`, 'There is no such user.');
      }
      const why = detail ?? 'account disabled';
      const ended = await deps.sessions.endOfUsers(trx, some, 'revoked', why);
      result += ended;
      epochs.push(...(await deps.users.raiseEpochs(trx, some)));
      await deps.users.disable(trx, some, until, detail);
      const who = { actorId: caller?.token.userId, ip: caller?.origin.ip, detail };
      // The sessions of all of them are counted once, with the first.
      const events = some.map(
        (userId, index) =>
          ({ type: 'user.disabled', userId, ended: index === 0 ? ended : 0, ...who }) as const,
      );
      await deps.audit.appendAll(trx, events);
    }
    return { result, revocation: { kind: 'users', users: epochs, reason: 'ACCOUNT_DISABLED' } };
  });
  for (const id of ids) deps.profiles.forget(id);
  return revoked;
}

/** Enables an account again, and forgets the failed attempts at its password. Its old sessions stay ended. */
export async function enableUser(
  deps: Deps,
  caller: Caller | undefined,
  args: { id: string },
): Promise<UserRecord> {
  const user = await revoking(deps, async (trx) => {
    const { tokenEpoch: epoch } = await holdAccount(deps, trx, caller, args.id);
    await deps.users.enable(trx, args.id);
    const result = await finish(deps, trx, caller, args.id, { type: 'user.enabled', detail: null });
    // The old tokens stay over, on all nodes; only the reason is another from now on.
    const users = [{ userId: args.id, epoch }];
    return { result, revocation: { kind: 'users', users, reason: 'SESSION_REVOKED' } };
  });
  deps.profiles.forget(user.id);
  await deps.attempts.forgive(user.email);
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
    return finish(deps, trx, caller, args.id, {
      type: 'user.scopes-changed',
      detail,
      told: { scopes: wanted },
    });
  });
  deps.profiles.forget(user.id);
  return user;
}
