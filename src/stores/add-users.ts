import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { newId } from '../support/new-id.js';
import { sqlNow } from './sql-now.js';

/** An account that is about to be. */
export interface NewUser {
  readonly email: string;
  readonly name: string | null;
  readonly passwordHash: string;
  readonly scopes: readonly string[];
}

/** Makes those accounts whose address is not taken, and answers them. */
export async function addUsers(
  db: Executor,
  clock: Clock,
  users: readonly NewUser[],
): Promise<{ readonly id: string; readonly email: string }[]> {
  if (users.length === 0) return [];
  const rows = users.map(({ passwordHash: password_hash, ...user }) => ({
    ...{ id: newId(clock), ...user, password_hash },
    created_at: sqlNow(db, clock),
  }));
  return db('users')
    .insert(rows)
    .onConflict(db.raw('(email) WHERE external_id IS NULL'))
    .ignore()
    .returning<{ id: string; email: string }[]>(['id', 'email']);
}

/** Which of the addresses are taken. */
export async function takenEmails(db: Executor, emails: readonly string[]): Promise<string[]> {
  return db('users').whereIn('email', emails).whereNull('external_id').pluck<string[]>('email');
}
