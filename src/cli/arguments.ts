import { InvalidArgumentError } from 'commander';
import { StartupError } from '../errors/startup-error.js';
import type { Deps, Edges } from '../services/index.js';
import type { UserRecord } from '../stores/index.js';
import { parseDuration } from '../support/duration.js';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A moment: RFC 3339, or a duration from now. */
export function parseMoment(text: string): Date {
  return momentOf(text, 1, 'a duration: 2h.');
}

/** A moment: RFC 3339, or how long ago. */
export function parsePast(text: string): Date {
  return momentOf(text, -1, 'how long ago: 7d.');
}

function momentOf(text: string, direction: 1 | -1, or: string): Date {
  const duration = parseDuration(text);
  const moment = new Date(
    duration === undefined ? (RFC_3339.test(text) ? text : NaN) : Date.now() + direction * duration,
  );
  if (!Number.isNaN(moment.getTime())) return moment;
  throw new InvalidArgumentError(`Give a time such as 2030-01-31T12:00:00Z, or ${or}`);
}

/** How many to list. */
export function parseLimit(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a number from 1 to 9999999.');
}

/** The account that an id or an e-mail address names. @throws StartupError. */
export async function findUser(deps: Deps, named: string): Promise<UserRecord> {
  const user = await deps.database.read((db) =>
    named.includes('@')
      ? deps.users.findByEmail(db, named.trim().normalize('NFC').toLowerCase())
      : deps.users.find(db, named),
  );
  if (!user) throw new StartupError(`There is no such user: ${JSON.stringify(named)}.`);
  return user;
}

/** The most that a page may have. */
const PAGE = 500;

/** Asks for page after page until there are enough. */
export async function collect<T>(
  limit: number,
  page: (request: { first: number; after: string | null }) => Promise<Edges<T>>,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo } = await page({ first: Math.min(PAGE, limit - items.length), after });
    items.push(...edges.map(({ node }) => node));
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage || items.length >= limit) {
      return { items, more: pageInfo.hasNextPage };
    }
  }
}
