import { validate as isUuid } from 'uuid';
import type { Executor } from '../database/index.js';
import type { Clock } from '../support/clock.js';
import { newId } from '../support/new-id.js';
import { decodeCursor, toPage } from './page.js';
import type { Page, PageRequest } from './page.js';
import { sqlNow } from './sql-now.js';

export type AuditType =
  | 'user.registered'
  | 'user.created'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.scopes-changed'
  | 'user.password-changed'
  | 'user.sessions-revoked'
  | 'session.started'
  | 'session.refused'
  | 'session.reauthenticated'
  | 'session.reauthentication-refused'
  | 'session.logged-out'
  | 'session.revoked'
  | 'session.refresh-reused'
  | 'everyone.revoked'
  | 'key.created'
  | 'key.rotated'
  | 'key.revoked'
  | 'key.re-encrypted'
  | 'key.deleted'
  | 'access.refused';

export interface AuditEvent {
  readonly type: AuditType;
  /** Who did it; absent when nobody was signed in. */
  readonly actorId?: string | undefined;
  /** To whom. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly ip?: string | null | undefined;
  readonly detail?: string | null | undefined;
  /** How many sessions the deed ended. */
  readonly ended?: number;
  readonly told?: ToldOnly | undefined;
}

/** What the log does not keep, but others are told. */
export interface ToldOnly {
  /** What the user may do from now on. */
  readonly scopes?: readonly string[];
  /** The device whose sessions were ended; those of others go on. */
  readonly deviceId?: string;
  /** The session of the user that goes on. */
  readonly keptSessionId?: string;
}

/** An event that was written, in the transaction that wrote it. */
export interface WrittenEvent extends AuditEvent {
  readonly id: string;
  readonly at: Date;
}

/** Who tells others of it. */
export interface AuditOutbox {
  /** In the transaction of the deed. */
  write(db: Executor, events: readonly WrittenEvent[]): Promise<void>;
}

/** An event as it is read. */
export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly actorId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly detail: string | null;
}

export interface AuditFilter {
  readonly type?: string | null | undefined;
  /** To whom it happened. */
  readonly userId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  /** At this moment or later. */
  readonly since?: Date | null | undefined;
  /** Before this moment. */
  readonly until?: Date | null | undefined;
}

/** Characters. What is longer is cut: one deed must not fill the log. */
const LONGEST_DETAIL = 2_000;
/** An IPv6 address with an IPv4 tail has 45; what a proxy forwards may be anything. */
const LONGEST_ADDRESS = 64;

/** Text that a terminal, a line of JSON and a log viewer show as it is. */
function plain(text: string | null | undefined, longest: number): string | null {
  if (text == null) return null;
  const shown = [...text.slice(0, 2 * longest).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\u{fffd}')];
  return shown.length > longest ? `${shown.slice(0, longest - 1).join('')}…` : shown.join('');
}

const COLUMNS = [
  'id',
  'at',
  'type',
  'actor_id as actorId',
  'user_id as userId',
  'session_id as sessionId',
  'ip',
  'detail',
] as const;

/** What happened, append-only, written in the transaction of the deed. */
export class AuditStore {
  /** @param outbox absent: nobody else is told */
  constructor(
    private readonly clock: Clock,
    private readonly outbox?: AuditOutbox,
  ) {}

  newId(): string {
    return newId(this.clock);
  }

  append(db: Executor, event: AuditEvent): Promise<void> {
    return this.appendAll(db, [event]);
  }

  async appendAll(db: Executor, events: readonly AuditEvent[]): Promise<void> {
    const { outbox } = this;
    if (!outbox) await this.#insert(db, events);
    // An event that is no deed's has a transaction of its own, for whoever is told.
    else if (db.isTransaction) await outbox.write(db, await this.#insert(db, events));
    else await db.transaction((trx) => this.appendAll(trx, events));
  }

  async #insert(db: Executor, events: readonly AuditEvent[]): Promise<WrittenEvent[]> {
    const now = sqlNow(db, this.clock);
    const plainly = events.map((event) => ({
      ...{ ...event, id: this.newId() },
      ip: plain(event.ip, LONGEST_ADDRESS),
      detail: plain(event.detail, LONGEST_DETAIL),
    }));
    const rows = plainly.map((event) => ({
      id: event.id,
      at: now,
      type: event.type,
      actor_id: event.actorId ?? null,
      user_id: event.userId ?? null,
      session_id: event.sessionId ?? null,
      ip: event.ip,
      detail: event.detail,
      ended: event.ended ?? 0,
    }));
    const insert = db('audit_events').insert(rows);
    if (!this.outbox) {
      await insert;
      return [];
    }
    const written = await insert.returning<{ id: string; at: Date }[]>(['id', 'at']);
    const times = new Map(written.map(({ id, at }) => [id, at]));
    return plainly.map((event) => ({ ...event, at: times.get(event.id) ?? new Date() }));
  }

  /**
   * Deletes the oldest events, by the database's clock, whatever the time is elsewhere: nobody gains by
   * setting one. Answers how many.
   * @param age milliseconds that an event stays; the database keeps each for 30 days at least
   */
  async forget(db: Executor, age: number, batch: number): Promise<number> {
    const { rows } = await db.raw<{ rows: { deleted: number }[] }>(
      "SELECT forget_audit_events(? * interval '1 millisecond', ?) AS deleted",
      [age, batch],
    );
    return rows[0]?.deleted ?? 0;
  }

  /** What matches, newest first. */
  async list(db: Executor, filter: AuditFilter, request: PageRequest): Promise<Page<AuditRecord>> {
    const query = db('audit_events')
      .select<AuditRecord[]>(...COLUMNS)
      .orderBy('id', 'desc')
      .limit(request.first + 1);
    for (const [column, id] of [
      ['user_id', filter.userId],
      ['session_id', filter.sessionId],
    ] as const) {
      if (id != null) void (isUuid(id) ? query.where(column, id) : query.whereRaw('false'));
    }
    if (filter.type != null) void query.where('type', filter.type);
    if (filter.since != null) void query.where('at', '>=', filter.since);
    if (filter.until != null) void query.where('at', '<', filter.until);
    if (request.after != null) void query.where('id', '<', decodeCursor(request.after));
    return toPage(await query, request.first);
  }
}
