import type { Revocation, RevocationReason } from '../revocations.js';

/** A revocation as the feed brings it. */
export interface FeedItem {
  /** Null where many come together. */
  readonly id: string | null;
  /** Milliseconds since it was written, by the database's clock. */
  readonly age: number;
  readonly revocation: Revocation;
  /** Somebody waits to hear that this node applied it. */
  readonly wantsReceipt: boolean;
}

/** The answer of one look. */
export interface FeedPage {
  /** All that is in force; otherwise what is new since the look before. */
  readonly complete: boolean;
  readonly items: readonly FeedItem[];
  /** The database's clock, milliseconds since the epoch. */
  readonly databaseTime: number;
  /** Of the signing keys; see SigningKeyStore.VERSION_SQL. */
  readonly keysVersion: string;
}

/** What the statements of a look answer. */
export interface Row {
  readonly snapshot: string | null;
  readonly timeline: string | null;
  readonly now: Date | null;
  readonly keysVersion: string | null;
  readonly id: string | null;
  readonly age: number;
  readonly kind: Revocation['kind'];
  readonly reason: RevocationReason;
  readonly sessionIds: string[] | null;
  /** Of a full load: ids one behind the other. */
  readonly many: string | null;
  readonly userIds: string[] | null;
  readonly epochs: number[] | null;
  readonly epoch: number | null;
  readonly wantsReceipt: boolean;
}

/** The row that is the look itself. */
export interface Look {
  readonly snapshot: string;
  readonly timeline: string;
  readonly now: Date;
  readonly keysVersion: string;
}

/** Characters of a UUID as text. */
const UUID_LENGTH = 36;

/** Found by what it says: a parallel plan owes nobody an order. */
export function lookOf(rows: readonly Row[]): Look {
  for (const { snapshot, timeline, now, keysVersion } of rows) {
    if (snapshot === null || timeline === null || now === null || keysVersion === null) continue;
    return { snapshot, timeline, now, keysVersion };
  }
  throw new Error('the feed answered without its snapshot');
}

/** Whether the second look was at another database than the first: after a failover numbers are handed out once more. */
export function isElsewhere(before: Look, after: Look): boolean {
  return before.timeline !== after.timeline || xmaxOf(after) < xmaxOf(before);
}

export function pageOf(rows: readonly Row[], look: Look, complete: boolean): FeedPage {
  const items = rows
    .filter(({ snapshot }) => snapshot === null)
    .map((row) => ({
      id: row.id,
      age: row.age,
      revocation: revocationOf(row),
      wantsReceipt: row.wantsReceipt,
    }));
  const { now, keysVersion } = look;
  return { complete, items, databaseTime: now.getTime(), keysVersion };
}

/** The first transaction number that the snapshot could not know: `xmin:xmax:…`, see pg_snapshot. */
function xmaxOf({ snapshot }: Look): bigint {
  const [, xmax = '0'] = snapshot.split(':');
  return BigInt(xmax);
}

function* idsIn(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += UUID_LENGTH) yield text.slice(at, at + UUID_LENGTH);
}

function revocationOf(row: Row): Revocation {
  const { kind, reason } = row;
  switch (kind) {
    case 'sessions':
      return { kind, reason, sessionIds: row.sessionIds ?? [...idsIn(row.many ?? '')] };
    case 'users': {
      const epochs = row.epochs ?? [];
      const users = (row.userIds ?? []).map((userId, at) => ({ userId, epoch: epochs[at] ?? 0 }));
      return { kind, reason, users };
    }
    case 'everyone':
      return { kind, reason, epoch: row.epoch ?? 0 };
  }
}
