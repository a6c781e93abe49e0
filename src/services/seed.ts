import { randomBytes } from 'node:crypto';
import { PortcullisError, StartupError } from '../errors/index.js';
import type { Deps } from './deps.js';
import { createUser } from './register.js';

export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly scopes: readonly string[];
}

/**
 * Creates the operator's admin unless the account exists. Answers whether it did.
 * @throws StartupError when the password will not do
 */
export async function seedAdmin(
  deps: Deps,
  admin: { readonly email: string; readonly password: string },
): Promise<boolean> {
  const email = admin.email.trim().normalize('NFC').toLowerCase();
  if (await deps.database.read((db) => deps.users.findByEmail(db, email))) return false;
  try {
    return await created(deps, { ...admin, email, scopes: ['admin'] });
  } catch (error) {
    const weak = error instanceof PortcullisError && error.reason === 'input.password';
    if (!weak) throw error;
    throw new StartupError(`PORTCULLIS_ADMIN_PASSWORD will not do. ${error.message}`);
  }
}

/** On a database without accounts: an admin and a user with random passwords. Empty otherwise. */
export async function seedDemo(deps: Deps): Promise<DemoUser[]> {
  if (!(await deps.database.read((db) => deps.users.isEmpty(db)))) return [];
  const password = () => randomBytes(12).toString('base64url');
  const users = [
    { email: 'admin@example.com', password: password(), scopes: ['admin'] },
    { email: 'user@example.com', password: password(), scopes: [] },
  ];
  const made: DemoUser[] = [];
  for (const user of users) if (await created(deps, user)) made.push(user);
  return made;
}

/** False when another node that starts at the same time was faster. */
async function created(deps: Deps, user: DemoUser): Promise<boolean> {
  try {
    await createUser(deps, { input: { ...user, name: null } });
    return true;
  } catch (error) {
    const taken = error instanceof PortcullisError && error.reason === 'input.email';
    if (taken) return false;
    throw error;
  }
}
