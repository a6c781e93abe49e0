import { encodeCursor } from '../stores/index.js';
import type {
  AuditRecord,
  Page,
  SessionFilter,
  SessionRecord,
  UserFilter,
  UserRecord,
} from '../stores/index.js';
import type { Deps } from './deps.js';
import { auditFilter, pageInput, parseInput, sessionFilter, userFilter } from './input.js';

/** A page in Relay's shape. */
export interface Edges<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Counting is paid for only by those who ask. */
export interface Connection<T> extends Edges<T> {
  readonly totalCount: () => Promise<number>;
}

function toEdges<T extends { readonly id: string }>(page: Page<T>): Edges<T> {
  const edges = page.items.map((node) => ({ node, cursor: encodeCursor(node.id) }));
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, pageInfo: { hasNextPage: page.hasNextPage, endCursor } };
}

function toConnection<T extends { readonly id: string }>(
  page: Page<T>,
  totalCount: () => Promise<number>,
): Connection<T> {
  return { ...toEdges(page), totalCount };
}

type Args<T> = T & { first?: number | null; after?: string | null | undefined };

/** Accounts, newest first. */
export async function listUsers(
  deps: Deps,
  args: Args<{
    search?: string | null | undefined;
    status?: 'ACTIVE' | 'DISABLED' | null | undefined;
  }>,
): Promise<Connection<UserRecord>> {
  const request = parseInput(pageInput, args);
  const { search } = parseInput(userFilter, args);
  const disabled = args.status == null ? {} : { disabled: args.status === 'DISABLED' };
  const filter: UserFilter = { search, ...disabled };
  const page = await deps.database.read((db) => deps.users.list(db, filter, request));
  return toConnection(page, () => deps.database.read((db) => deps.users.count(db, filter)));
}

/** Sessions of everybody, newest first. */
export async function listSessions(
  deps: Deps,
  args: Args<{ filter?: unknown }>,
): Promise<Connection<SessionRecord>> {
  const request = parseInput(pageInput, args);
  const { filter: given } = parseInput(sessionFilter, args);
  const ended = given?.status == null ? {} : { ended: given.status === 'ENDED' };
  const filter: SessionFilter = { ...given, ...ended };
  const page = await deps.database.read((db) => deps.sessions.list(db, filter, request));
  return toConnection(page, () => deps.database.read((db) => deps.sessions.count(db, filter)));
}

/** What happened, newest first. */
export async function listAuditEvents(
  deps: Deps,
  args: Args<{ filter?: unknown }>,
): Promise<Edges<AuditRecord>> {
  const request = parseInput(pageInput, args);
  const { filter } = parseInput(auditFilter, args);
  return toEdges(await deps.database.read((db) => deps.audit.list(db, filter ?? {}, request)));
}

/** The most sessions that one account is shown of itself. */
const OWN_SESSIONS = 500;

/** One user's sessions, newest first. */
export async function sessionsOfUser(
  deps: Deps,
  userId: string,
  includeEnded: boolean,
): Promise<readonly SessionRecord[]> {
  const filter = { userId, ...(includeEnded ? {} : { ended: false }) };
  const page = await deps.database.read((db) =>
    deps.sessions.list(db, filter, { first: OWN_SESSIONS }),
  );
  return page.items;
}
