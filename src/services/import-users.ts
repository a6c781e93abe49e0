import { badInput } from '../errors/portcullis-error.js';
import { HashError, importFirebaseHash, importHash } from '../passwords/index.js';
import type { FirebaseProject } from '../passwords/index.js';
import { addUsers, takenEmails } from '../stores/index.js';
import type { NewUser } from '../stores/index.js';
import type { Deps } from './deps.js';
import { email, parseInput, personName, scopes, z } from './input.js';

/** An account with the hash of its password, as another system has them. */
export interface ImportedUser {
  readonly email: string;
  readonly name?: string | null | undefined;
  readonly scopes?: readonly string[] | null | undefined;
  /** In one of the notations that docs/passwords.md lists. */
  readonly passwordHash: string;
  /** Where `passwordHash` is Firebase's, which is told by a salt of its own. */
  readonly salt?: string | null | undefined;
}

export interface ImportOptions {
  /** The project that Firebase's hashes come from. */
  readonly firebase?: FirebaseProject | undefined;
  /** Whether the users are only looked at. Default false. */
  readonly dryRun?: boolean | undefined;
}

export interface ImportReport {
  /** Accounts that were made, or would be. */
  readonly created: number;
  /** Addresses that have an account already, which stays as it is. */
  readonly existing: readonly string[];
}

/** A user as it will be stored. */
function userOf(firebase: FirebaseProject | undefined) {
  const user = z.object({
    ...{ email, name: personName, scopes: scopes.nullish() },
    ...{ passwordHash: z.string('This must be text.'), salt: z.string().nullish() },
  });
  return user.transform(({ salt, ...account }, context): NewUser => {
    try {
      const { passwordHash: hash } = account;
      const passwordHash = salt == null ? importHash(hash) : fromFirebase(hash, salt, firebase);
      return { ...account, scopes: account.scopes ?? [], passwordHash };
    } catch (error) {
      if (!(error instanceof HashError)) throw error;
      const message = `The hash ${error.message}.`;
      context.addIssue({ code: 'custom', message, path: ['passwordHash'] });
      return z.NEVER;
    }
  });
}

function fromFirebase(hash: string, salt: string, project: FirebaseProject | undefined): string {
  if (!project) throw new HashError('has a salt beside it, as Firebase’s have; name its project');
  return importFirebaseHash(hash, salt, project);
}

/** Accounts in one transaction. */
const BATCH = 500;

/**
 * Makes accounts with the hashes that their passwords have elsewhere. It may be run again: an account that
 * is there is left as it is.
 * @throws PortcullisError BAD_USER_INPUT at `users.3.passwordHash` and the like; nothing was done then
 */
export async function importUsers(
  deps: Deps,
  given: readonly ImportedUser[],
  { firebase, dryRun = false }: ImportOptions = {},
): Promise<ImportReport> {
  if (deps.identity.directory) throw badInput('users', 'Accounts are not kept here.');
  const { users } = parseInput(z.object({ users: z.array(userOf(firebase)) }), { users: given });
  const existing: string[] = [];
  for (let at = 0; at < users.length; at += BATCH) {
    const batch = users.slice(at, at + BATCH);
    existing.push(...(await (dryRun ? taken(deps, batch) : add(deps, batch))));
  }
  return { created: users.length - existing.length, existing };
}

/**
 * Whether a user could be imported.
 * @throws PortcullisError BAD_USER_INPUT at `passwordHash` and the like
 */
export function requireImportable(user: unknown, firebase: FirebaseProject | undefined): void {
  parseInput(userOf(firebase), user);
}

/** Answers the addresses that would have an account by then. */
async function taken({ database }: Deps, users: readonly NewUser[]): Promise<string[]> {
  const emails = users.map(({ email: address }) => address);
  const known = new Set(await database.read((db) => takenEmails(db, emails)));
  return emails.filter((address) => known.has(address) || !known.add(address));
}

/** Answers the addresses that had an account. */
async function add(deps: Deps, users: readonly NewUser[]): Promise<string[]> {
  const { database, clock, audit } = deps;
  const created = await database.transaction(async (trx) => {
    const added = await addUsers(trx, clock, users);
    const scopesOf = new Map(users.map((user) => [user.email, user.scopes]));
    const events = added.map(({ id, email: address }) => {
      const detail = ['imported', ...(scopesOf.get(address) ?? [])].join(' ');
      return { type: 'user.created', userId: id, detail } as const;
    });
    if (events.length > 0) await audit.appendAll(trx, events);
    return new Set(added.map(({ email: address }) => address));
  });
  // An address that was listed twice has one account.
  return users.map(({ email: address }) => address).filter((address) => !created.delete(address));
}
