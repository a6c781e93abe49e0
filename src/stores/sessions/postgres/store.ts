import { validate as isUuid } from 'uuid';
import { unlessLate } from '../../../database/index.js';
import type { Database, Executor } from '../../../database/index.js';
import type { Clock } from '../../../support/clock.js';
import { decodeCursor, toPage } from '../../page.js';
import type { Page, PageRequest } from '../../page.js';
import { sqlNow } from '../../sql-now.js';
import { insertGlobalEpoch, lockGlobalEpoch } from '../global-epoch.js';
import type {
  Extension,
  KnownRotation,
  NewSession,
  Rotation,
  SessionFilter,
  SessionGrant,
  SessionLookUp,
  SessionRecord,
  SessionRef,
  SessionSecrets,
  SessionState,
} from '../record.js';
import type { SessionStore, SessionStoreOptions, SessionsOfUser } from '../session-store.js';
import { IS_LIVE, RECORD_COLUMNS, applyFilter, listedSessions, sessionView } from '../view.js';
import { readSessionStates } from './check.js';
import { cleanUpSessions } from './clean-up.js';
import { extendSession } from './extend.js';
import { findSessionGrant, findSessionGrants } from './grant.js';
import { lookUpSessions } from './look-up.js';
import { rotateKnownSessions } from './rotate-known.js';
import { rotateSessions } from './rotate.js';
import type { Rotated } from './rotate.js';
import { together } from './together.js';

/** Milliseconds that the end of everybody waits for how many there are: ten million take longer. */
const COUNT_FOR = 1_000;

/** Rows that one statement touches at most: PostgreSQL takes 65,535 bindings. */
const CHUNK = 5_000;

/** One row per session in the table `sessions`. */
export class PostgresSessionStore implements SessionStore {
  readonly #findGrant = together((ids: readonly string[]) =>
    findSessionGrants(this.database, this.clock, ids),
  );
  readonly #rotate = together((rotations: readonly Rotation[]) =>
    rotateSessions(this.database, this.clock, rotations),
  );
  readonly #rotateKnown = together((rotations: readonly KnownRotation[]) =>
    rotateKnownSessions(this.database, this.clock, rotations),
  );

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly options: SessionStoreOptions,
  ) {}

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

  findGrant(db: Executor, id: string): Promise<(SessionGrant & SessionSecrets) | undefined> {
    return db.isTransaction === true ? findSessionGrant(db, this.clock, id) : this.#findGrant(id);
  }

  rotate(rotation: Rotation): Promise<Rotated | undefined> {
    return this.#rotate(rotation);
  }

  rotateKnown(rotation: KnownRotation): Promise<(SessionGrant & SessionSecrets) | undefined> {
    return this.#rotateKnown(rotation);
  }

  async list(
    db: Executor,
    filter: SessionFilter,
    request: PageRequest,
  ): Promise<Page<SessionRecord>> {
    const query = applyFilter(this.#records(db), filter)
      .orderBy('id', 'desc')
      .limit(request.first + 1);
    if (request.after != null) void query.where('id', '<', decodeCursor(request.after));
    return toPage(await query, request.first);
  }

  async count(db: Executor, filter: SessionFilter): Promise<number> {
    const counted = applyFilter(listedSessions(db, this.clock), filter).count({ count: '*' });
    const [row] = (await counted) as unknown as { count: string }[];
    return Number(row?.count ?? 0);
  }

  /** Holds the session's row, which everything that ends a session takes too. */
  async lockLive(db: Executor, id: string): Promise<boolean> {
    await db('sessions').select('id').where({ id }).forNoKeyUpdate();
    const rows = await sessionView(db, this.clock)
      .select<{ live: boolean }[]>(db.raw(`${IS_LIVE} AS live`))
      .where({ id });
    return (rows as { live: boolean }[])[0]?.live === true;
  }

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

  async endOfUser(
    db: Executor,
    userId: string,
    only: SessionsOfUser,
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<string[]> {
    const query = db('sessions').where({ user_id: userId }).whereNull('ended_at');
    if (only.deviceId !== undefined) void query.where({ device_id: only.deviceId });
    if (only.except !== undefined) void query.whereNot({ id: only.except });
    return this.end(db, await query.pluck<string[]>('id'), reason, detail);
  }

  async endOfUsers(
    db: Executor,
    userIds: readonly string[],
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<number> {
    const query = db('sessions').whereIn('user_id', userIds).whereNull('ended_at');
    const ids = await query.pluck<string[]>('id');
    let ended = 0;
    for (let at = 0; at < ids.length; at += CHUNK) {
      ended += (await this.end(db, ids.slice(at, at + CHUNK), reason, detail)).length;
    }
    return ended;
  }

  async renewSecret(db: Executor, id: string, secret: Buffer, tokenEpoch: number): Promise<void> {
    await db('sessions')
      .where({ id })
      .update({ secret, token_epoch: tokenEpoch, rotated_at: [] })
      .increment('refresh_counter');
  }

  async setTokenHash(db: Executor, id: string, tokenHash: Buffer): Promise<void> {
    await db('sessions').where({ id }).update({ token_hash: tokenHash });
  }

  extend(db: Executor, extension: Extension): Promise<boolean> {
    return extendSession(db, this.clock, extension);
  }

  async setAuthenticated(db: Executor, id: string): Promise<void> {
    const now = sqlNow(db, this.clock);
    await db('sessions').where({ id }).update({ authenticated_at: now, last_used_at: now });
  }

  async raiseGlobalEpoch(db: Executor, reason: string) {
    await lockGlobalEpoch(db);
    const ended = await unlessLate(db, COUNT_FOR, (inner) => this.count(inner, { ended: false }));
    return { epoch: await insertGlobalEpoch(db, this.clock, reason), ended };
  }

  readStates(sessions: readonly SessionRef[]): Promise<Map<string, SessionState>> {
    return readSessionStates(this.database, this.clock, sessions);
  }

  lookUp(ids: readonly string[]): Promise<Map<string, SessionLookUp>> {
    return lookUpSessions(this.database, this.clock, ids);
  }

  cleanUp(db: Executor, batch: number): Promise<number> {
    return cleanUpSessions(db, this.clock, { ...this.options, batch });
  }

  /** In the order of their ids, so that two who end the same sessions do not wait for each other. */
  async #lock(db: Executor, ids: readonly string[]): Promise<string[]> {
    const known = ids.filter((id) => isUuid(id));
    return db('sessions').whereIn('id', known).orderBy('id').forUpdate().pluck<string[]>('id');
  }

  #records(db: Executor) {
    return listedSessions(db, this.clock).select<SessionRecord[]>(...RECORD_COLUMNS);
  }
}
