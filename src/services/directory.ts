import { PortcullisError, findPortcullisError, storeUnavailable } from '../errors/index.js';
import { isPresent } from '../passwords/index.js';
import type { UserRecord } from '../stores/index.js';
import { within } from '../support/within.js';
import { checkedClaims, userIdOf } from '../tokens/index.js';
import type { OwnClaims } from '../tokens/index.js';
import type { Deps } from './deps.js';
import type { DirectoryUser } from './identity.js';

/** Milliseconds that the team's store may take for one answer. */
const PATIENCE = 5_000;

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    // It may also throw at once.
    return await within(PATIENCE, Promise.resolve().then(question), storeUnavailable);
  } catch (error) {
    throw findPortcullisError(error) ?? storeUnavailable(error);
  }
}

/** What we call the user whom a client calls so. */
export function ourIdOf({ identity }: Deps, id: string): string {
  return identity.directory ? userIdOf(id) : id;
}

/** What the team calls a user whom we know. */
export function theirIdOf({ id, externalId }: Pick<UserRecord, 'id' | 'externalId'>): string {
  return externalId ?? id;
}

/** Who signs in with these credentials; the user is absent where there is none, or only the team knows it. */
export async function proveCredentials(
  deps: Deps,
  email: string,
  password: string,
): Promise<{ readonly user: UserRecord | undefined; readonly correct: boolean }> {
  const { directory } = deps.identity;
  if (!directory) {
    const user = await deps.database.read((db) => deps.users.findForSignIn(db, email));
    const stored = user?.passwordHash ?? undefined;
    const correct = await deps.hasher.verify(stored, password, user?.id);
    if (correct && user && stored !== undefined && !isPresent(stored)) {
      await upgradeHash(deps, user.id, stored, password);
    }
    return { user, correct };
  }
  const found = (await ask(() => directory.findByEmail(email))) ?? undefined;
  // Anything but true is a wrong password.
  const answer: unknown = await ask(() => directory.verifyPassword(found, password));
  const correct = answer === true;
  if (!found || !correct) return { user: undefined, correct: false };
  const user = await enrol(deps, found);
  return { user: { ...user, disabled: user.disabled || found.disabled === true }, correct };
}

/**
 * Hashes a password anew that has just been proven, as all are hashed today. Where that fails, the old hash
 * is as good as before, and the next log-in tries again.
 */
async function upgradeHash(
  { hasher, database, users }: Deps,
  userId: string,
  old: string,
  password: string,
): Promise<void> {
  try {
    const fresh = await hasher.hash(password);
    await database.transaction((trx) => users.replaceHash(trx, userId, old, fresh));
  } catch {
    // Nobody is kept out for it.
  }
}

/** Whether the password is the user's. */
export async function provePasswordOf(
  deps: Deps,
  user: UserRecord,
  password: string,
): Promise<boolean> {
  const { directory } = deps.identity;
  if (!directory) return false;
  const found = (await ask(() => directory.findById(theirIdOf(user)))) ?? undefined;
  const answer: unknown = await ask(() => directory.verifyPassword(found, password));
  return found !== undefined && answer === true;
}

/**
 * The user as the team's store has it now, written down here; where accounts are ours, as it is.
 * @returns undefined when the team's store has it no more, or keeps it out
 */
export async function upToDate(deps: Deps, user: UserRecord): Promise<UserRecord | undefined> {
  const { directory } = deps.identity;
  if (!directory) return user;
  const found = await ask(() => directory.findById(theirIdOf(user)));
  return found && found.disabled !== true ? enrol(deps, found) : undefined;
}

/** The user of this id, from the team's store if need be. */
export async function findUser(deps: Deps, id: string): Promise<UserRecord | undefined> {
  const { directory } = deps.identity;
  if (!directory) return deps.database.read((db) => deps.users.find(db, id));
  const found = await ask(() => directory.findById(id));
  return found ? enrol(deps, found) : undefined;
}

/**
 * What the user's next access token says of the team's own.
 * @throws PortcullisError STORE_UNAVAILABLE, UNAUTHENTICATED; Error for claims that cannot be in a token
 */
export async function claimsFor({ identity }: Deps, user: UserRecord): Promise<OwnClaims> {
  const { directory, claims } = identity;
  const id = theirIdOf(user);
  const own = claims && checkedClaims(await ask(async () => claims({ ...user, id })));
  if (!directory?.claims) return own ?? {};
  const found = await ask(() => directory.findById(id));
  if (!found) throw new PortcullisError('UNAUTHENTICATED', 'ACCOUNT_DISABLED');
  return checkedClaims({ ...own, ...(await ask(async () => directory.claims?.(found))) });
}

async function enrol(deps: Deps, user: DirectoryUser): Promise<UserRecord> {
  const { id: externalId, email, name = null, scopes } = user;
  if (typeof externalId !== 'string' || !/^[^\p{Cc}]{1,255}$/u.test(externalId)) {
    throw storeUnavailable(new Error('the user directory answered a user without a usable id'));
  }
  const known = { id: userIdOf(externalId), externalId, email, name, scopes };
  const record = await deps.database.read((db) => deps.users.enrol(db, known));
  if (scopes) deps.profiles.put(record);
  return record;
}
