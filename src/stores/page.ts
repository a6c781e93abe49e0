import { validate as isUuid } from 'uuid';
import { badInput } from '../errors/portcullis-error.js';

/** A keyset page: `first` rows after the row `after`, newest first by UUIDv7. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | null | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNextPage: boolean;
}

/** A cursor is the id in disguise: it stays true however many rows come before it. */
export function encodeCursor(id: string): string {
  return Buffer.from(`id:${id}`).toString('base64url');
}

/** @throws PortcullisError BAD_USER_INPUT at `after`. */
export function decodeCursor(cursor: string): string {
  const [, id] = /^id:(.{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id === undefined || !isUuid(id)) throw badInput('after', 'This cursor is not one of ours.');
  return id;
}

/** Cuts the one row too many that was asked for to learn whether there are more. */
export function toPage<T>(rows: readonly T[], first: number): Page<T> {
  return { items: rows.slice(0, first), hasNextPage: rows.length > first };
}
