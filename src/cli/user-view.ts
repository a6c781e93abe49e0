import type { UserRecord } from '../stores/index.js';
import { table } from './table.js';

/** A user as programs read it: the fields of the graph. */
export function userJson(user: UserRecord) {
  const { id, email, name, scopes, disabledUntil, createdAt } = user;
  const status = user.disabled ? 'DISABLED' : 'ACTIVE';
  return { id, email, name, scopes, status, disabledUntil, createdAt };
}

/** Users as people read them. */
export function userTable(users: readonly UserRecord[]): string {
  const headings = ['ID', 'EMAIL', 'NAME', 'SCOPES', 'STATUS', 'DISABLED UNTIL', 'CREATED'];
  const rows = users.map((user) => {
    const { id, email, name, scopes, status, disabledUntil, createdAt } = userJson(user);
    const until = user.disabled ? (disabledUntil ?? 'enabled again') : null;
    return [id, email, name, scopes.join(' '), status, until, createdAt];
  });
  return table(headings, rows);
}
