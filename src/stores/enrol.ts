import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { sqlNow } from './sql-now.js';

/** What a team's own store says of a user. */
export interface EnrolledUser {
  readonly id: string;
  readonly externalId: string;
  readonly email: string;
  readonly name: string | null;
  /** Undefined: they are not kept there. */
  readonly scopes: readonly string[] | undefined;
}

export async function enrol(db: Executor, clock: Clock, user: EnrolledUser): Promise<void> {
  const { id, externalId: external_id, email, name, scopes } = user;
  const said = { external_id, email, name, ...(scopes ? { scopes } : {}) };
  await db('users')
    .insert({ id, ...said, created_at: sqlNow(db, clock) })
    .onConflict('id')
    .merge(said);
}

/** Most sign-ins have nothing new to say. */
export function isUpToDate(
  known: { readonly [K in keyof EnrolledUser]: EnrolledUser[K] | null },
  said: EnrolledUser,
): boolean {
  return (
    known.externalId === said.externalId &&
    known.email === said.email &&
    known.name === said.name &&
    (said.scopes === undefined || known.scopes?.join(' ') === said.scopes.join(' '))
  );
}
