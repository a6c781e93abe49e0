import type { Deps } from '../services/index.js';
import type { SessionRecord } from '../stores/index.js';
import { table } from './table.js';

/** A session as programs read it: the fields of the graph. */
export interface SessionJson {
  readonly id: string;
  readonly user: { readonly id: string; readonly email: string | null };
  readonly device: { readonly id: string; readonly name: string | null };
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly authenticatedAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly status: 'ACTIVE' | 'ENDED';
  readonly endedAt: Date | null;
  readonly endedReason: string | null;
  readonly endedDetail: string | null;
}

/** Adds to the sessions whose they are. */
export async function sessionsJson(
  deps: Deps,
  sessions: readonly SessionRecord[],
): Promise<SessionJson[]> {
  const ids = [...new Set(sessions.map(({ userId }) => userId))];
  const users = await deps.database.read((db) => deps.users.findMany(db, ids));
  const emails = new Map(users.map(({ id, email }) => [id, email]));
  return sessions.map(({ userId, deviceId, deviceName, ...session }) => ({
    id: session.id,
    user: { id: userId, email: emails.get(userId) ?? null },
    device: { id: deviceId, name: deviceName },
    ip: session.ip,
    userAgent: session.userAgent,
    createdAt: session.createdAt,
    authenticatedAt: session.authenticatedAt,
    lastUsedAt: session.lastUsedAt,
    expiresAt: session.expiresAt,
    status: session.endedReason === null ? 'ACTIVE' : 'ENDED',
    endedAt: session.endedAt,
    endedReason: session.endedReason,
    endedDetail: session.endedDetail,
  }));
}

/** Sessions as people read them. */
export function sessionTable(sessions: readonly SessionJson[]): string {
  const headings = ['ID', 'USER', 'DEVICE', 'ADDRESS', 'CREATED', 'LAST USED', 'STATUS', 'REASON'];
  const rows = sessions.map((session) => [
    session.id,
    session.user.email,
    session.device.name ?? session.device.id,
    session.ip,
    session.createdAt,
    session.lastUsedAt,
    session.status,
    [session.endedReason, session.endedDetail].filter((part) => part !== null).join(': '),
  ]);
  return table(headings, rows);
}
