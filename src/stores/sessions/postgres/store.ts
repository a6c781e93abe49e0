import { validate as isUuid } from 'uuid';
import type { Executor } from '../../database/index.js';
import type { Clock } from '../../support/clock.js';
import { decodeCursor, toPage } from '../page.js';
import type { Page, PageRequest } from '../page.js';
import { sqlNow } from '../sql-now.js';
import { extendSession } from './extend.js';
import type { Extension } from './extend.js';
import { findSessionGrant } from './grant.js';
import type {
  NewSession,
  SessionFilter,
  SessionGrant,
  SessionRecord,
  SessionSecrets,
} from './record.js';
import { rotateSession } from './rotate.js';
import type { Rotation } from './rotate.js';
import { RECORD_COLUMNS, sessionView } from './view.js';

/** The sessions: one row per sign-in. */
export class SessionStore {
  constructor(private readonly clock: Clock) {}

  /** The epochs make a sign-in that races a disable or a "revoke all" unusable, without any lock. */
  async insert(db: Executor, session: NewSession): Promise<void> {
    const now = sqlNow(db, this.clock);
    const after = (milliseconds: number) =>
      db.raw("? + ? * interval '1 millisecond'", [now, milliseconds]);
    await db('sessions').insert({
      id: session.id,
      user_id: session.userId,
      device_id: session.deviceId,
      device_name: session.deviceName,
      ip: session.ip,
      user_agent: session.userAgent,
      created_at: now,
      authenticated_at: now,
      last_used_at: now,
      expires_at: after(Math.min(session.idleTtl, session.maxTtl)),
      max_expires_at: after(session.maxTtl),
      token_epoch: session.tokenEpoch,
      global_epoch: db('global_epochs').max('epoch'),
      secret: session.secret,
      token_hash: session.tokenHash,
    });
  }

  async find(db: Executor, id: string): Promise<SessionRecord | undefined> {
    if (!isUuid(id)) return undefined;
    const rows = await this.#records(db).where({ id });
    return rows[0];
  }

  /** What tokens of the session are made of. */
  findGrant(db: Executor, id: string): Promise<(SessionGrant & SessionSecrets) | undefined> {
    return findSessionGrant(db, this.clock, id);
  }

  /** @returns the moved times, or undefined when the counter has moved on or the session is not live. */
  rotate(db: Executor, rotation: Rotation): ReturnType<typeof rotateSession> {
    return rotateSession(db, this.clock, rotation);
  }

  async list(
    db: Executor,
    filter: SessionFilter,
    request: PageRequest,
  ): Promise<Page<SessionRecord>> {
    const query = this.#where(this.#records(db), filter)
      .orderBy('id', 'desc')
      .limit(request.first + 1);
    if (request.after != null) void query.where('id', '<', decodeCursor(request.after));
    return toPage(await query, request.first);
  }

  async count(db: Executor, filter: SessionFilter): Promise<number> {
    const counted = this.#where(sessionView(db, this.clock), filter).count({ count: '*' });
    const [row] = (await counted) as unknown as { count: string }[];
    return Number(row?.count ?? 0);
  }

  /**
   * Locks the row of the session that acts and answers whether it is still live, so that a write and
   * the check before it are one: a revocation waits for it or is seen by it.
   */
  async lockLive(db: Executor, id: string): Promise<boolean> {
    await db('sessions').select('id').where({ id }).forNoKeyUpdate();
    const rows = await sessionView(db, this.clock)
      .select<{ live: boolean }[]>(db.raw('end_reason IS NULL AND NOT disabled AS live'))
      .where({ id });
    return (rows as { live: boolean }[])[0]?.live === true;
  }

  /** Ends these sessions, in the order of their ids. Answers those that had not ended before. */
  async end(
    db: Executor,
    ids: readonly string[],
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<string[]> {
    const live = await sessionView(db, this.clock)
      .select<{ id: string }[]>('id')
      .whereIn('id', await this.#lock(db, ids))
      .whereNull('end_reason');
    const ended = (live as { id: string }[]).map((row) => row.id);
    const at = sqlNow(db, this.clock);
    await db('sessions')
      .whereIn('id', ended)
      .update({ ended_at: at, ended_reason: reason, ended_detail: detail });
    return ended;
  }

  /** Ids of the user's sessions that no row says have ended: of one device, or all but one. */
  async openIds(
    db: Executor,
    userId: string,
    only: { deviceId?: string | undefined; except?: string | undefined } = {},
  ): Promise<string[]> {
    const query = db('sessions').where({ user_id: userId }).whereNull('ended_at');
    if (only.deviceId !== undefined) void query.where({ device_id: only.deviceId });
    if (only.except !== undefined) void query.whereNot({ id: only.except });
    return query.pluck<string[]>('id');
  }

  /** Moves the session to a new secret and epoch: every refresh token made before is void. */
  async renewSecret(db: Executor, id: string, secret: Buffer, tokenEpoch: number): Promise<void> {
    await db('sessions')
      .where({ id })
      .update({ secret, token_epoch: tokenEpoch, rotated_at: [] })
      .increment('refresh_counter');
  }

  /** Puts another session token in the place of the last one. */
  async setTokenHash(db: Executor, id: string, tokenHash: Buffer): Promise<void> {
    await db('sessions').where({ id }).update({ token_hash: tokenHash });
  }

  /** Moves the idle expiry of a live session, used by a token of these epochs; false if it is over. */
  extend(db: Executor, extension: Extension): Promise<boolean> {
    return extendSession(db, this.clock, extension);
  }

  async setAuthenticated(db: Executor, id: string): Promise<void> {
    const now = sqlNow(db, this.clock);
    await db('sessions').where({ id }).update({ authenticated_at: now, last_used_at: now });
  }

  /** Ends all sessions of everybody with one row. Answers the new epoch and how many it ended. */
  async raiseGlobalEpoch(db: Executor, reason: string): Promise<{ epoch: number; ended: number }> {
    await db.raw('LOCK TABLE global_epochs IN SHARE ROW EXCLUSIVE MODE');
    const ended = await this.count(db, { ended: false });
    const next = db.raw('(SELECT max(epoch) + 1 FROM global_epochs)');
    const rows = await db('global_epochs')
      .insert({ epoch: next, started_at: sqlNow(db, this.clock), reason })
      .returning<{ epoch: number }[]>('epoch');
    return { epoch: rows[0]?.epoch ?? 0, ended };
  }

  async #lock(db: Executor, ids: readonly string[]): Promise<string[]> {
    const known = ids.filter((id) => isUuid(id));
    return db('sessions').whereIn('id', known).orderBy('id').forUpdate().pluck<string[]>('id');
  }

  #records(db: Executor) {
    return sessionView(db, this.clock).select<SessionRecord[]>(...RECORD_COLUMNS);
  }

  #where<Q extends ReturnType<typeof sessionView>>(query: Q, filter: SessionFilter): Q {
    if (filter.userId != null)
      void (isUuid(filter.userId)
        ? query.where('user_id', filter.userId)
        : query.whereRaw('false'));
    if (filter.deviceId != null) void query.where('device_id', filter.deviceId);
    if (filter.ip != null) void query.where('ip', filter.ip);
    if (filter.since != null) void query.where('created_at', '>=', filter.since);
    if (filter.until != null) void query.where('created_at', '<', filter.until);
    if (filter.ended === true) void query.whereNotNull('end_reason');
    if (filter.ended === false) void query.whereNull('end_reason');
    return query;
  }
}
