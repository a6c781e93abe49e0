import { validate as isUuid } from 'uuid';
import type { Executor } from '../../../database/index.js';
import { decodeCursor, toPage } from '../../page.js';
import type { Page, PageRequest } from '../../page.js';
import { insertGlobalEpoch, lockGlobalEpoch } from '../global-epoch.js';
import type {
  Extension,
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
import type { SessionStore, SessionsOfUser } from '../session-store.js';
import { IS_LIVE, RECORD_COLUMNS, applyFilter, sessionView } from '../view.js';
import { lookUpSessions, readSessionStates } from './check.js';
import { settleOpen, sweep } from './clean-up.js';
import { countOpen, countSessions } from './count.js';
import { endSessions, endSessionsOfUsers } from './end.js';
import { findSessionGrant } from './grant.js';
import { extendSession } from './extend.js';
import { insertSession } from './insert.js';
import { sessionKey } from './keys.js';
import { listed } from './listing.js';
import { scriptNow } from './parts.js';
import type { Parts } from './parts.js';
import { rotateSession } from './rotate.js';
import { AUTHENTICATE } from './scripts/authenticate.js';
import { RENEW } from './scripts/renew.js';
import { SET_TOKEN_HASH } from './scripts/set-token-hash.js';
import { sourceOf } from './source.js';
import { readSessions } from './stored-session.js';
import type { StoredSession } from './stored-session.js';
import { forgetEnds, lockUsers, placeNow } from './written-ends.js';

/**
 * One hash per session in Redis. That a session has ended is PostgreSQL's word, with the users and the
 * epochs: what a failover of Redis loses brings none back.
 */
export class RedisSessionStore implements SessionStore {
  /** How far the sweep of the indexes has come. */
  #swept = '-';

  constructor(private readonly parts: Parts) {}

  insert(db: Executor, session: NewSession): Promise<void> {
    return insertSession(this.parts, db, session);
  }

  async find(db: Executor, id: string): Promise<SessionRecord | undefined> {
    const rows = await this.#records(db, await this.#read(id));
    return rows[0];
  }

  findGrant(db: Executor, id: string): Promise<(SessionGrant & SessionSecrets) | undefined> {
    return findSessionGrant(this.parts, db, id);
  }

  rotate(rotation: Rotation): ReturnType<SessionStore['rotate']> {
    return this.parts.database.read((db) => rotateSession(this.parts, db, rotation));
  }

  async list(
    db: Executor,
    filter: SessionFilter,
    request: PageRequest,
  ): Promise<Page<SessionRecord>> {
    const after = request.after == null ? undefined : decodeCursor(request.after).toLowerCase();
    const wanted = request.first + 1;
    const found: SessionRecord[] = [];
    for await (const chunk of listed(this.parts.redis, filter, { after, atOnce: wanted })) {
      const left = wanted - found.length;
      const rows = applyFilter(this.#records(db, chunk), filter).orderBy('id', 'desc').limit(left);
      found.push(...(await rows));
      if (found.length >= wanted) break;
    }
    return toPage(found, request.first);
  }

  count(db: Executor, filter: SessionFilter): Promise<number> {
    return countSessions(this.parts, db, filter);
  }

  /** Holds the user's row, which everything that ends one of the user's sessions takes too. */
  async lockLive(db: Executor, id: string): Promise<boolean> {
    const [before] = await this.#read(id);
    if (!before) return false;
    await lockUsers(db, [before.userId]);
    const source = sourceOf(db, await this.#read(id));
    const rows = await sessionView(db, this.parts.clock, { source }).whereRaw(IS_LIVE);
    return (rows as unknown[]).length > 0;
  }

  end(
    db: Executor,
    ids: readonly string[],
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<string[]> {
    return endSessions(this.parts, db, ids, { reason, detail });
  }

  endOfUser(
    db: Executor,
    userId: string,
    only: SessionsOfUser,
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<string[]> {
    return endSessionsOfUsers(this.parts, db, [userId], only, { reason, detail });
  }

  async endOfUsers(
    db: Executor,
    userIds: readonly string[],
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<number> {
    const ended = await endSessionsOfUsers(
      this.parts,
      db,
      [...new Set(userIds)],
      {},
      { reason, detail },
    );
    return ended.length;
  }

  async renewSecret(_db: Executor, id: string, secret: Buffer, tokenEpoch: number): Promise<void> {
    const text = secret.toString('base64url');
    await this.parts.redis.run(RENEW, sessionKey(id), text, tokenEpoch);
  }

  async setTokenHash(_db: Executor, id: string, tokenHash: Buffer): Promise<void> {
    const text = tokenHash.toString('base64url');
    await this.parts.redis.run(SET_TOKEN_HASH, sessionKey(id), text);
  }

  extend(db: Executor, extension: Extension): Promise<boolean> {
    return extendSession(this.parts, db, extension);
  }

  async setAuthenticated(_db: Executor, id: string): Promise<void> {
    await this.parts.redis.run(AUTHENTICATE, sessionKey(id), scriptNow(this.parts));
  }

  async raiseGlobalEpoch(db: Executor, reason: string): Promise<{ epoch: number; ended: number }> {
    await lockGlobalEpoch(db);
    const ended = await countOpen(this.parts, db);
    return { epoch: await insertGlobalEpoch(db, this.parts.clock, reason), ended };
  }

  readStates(sessions: readonly SessionRef[]): Promise<Map<string, SessionState>> {
    return readSessionStates(this.parts, sessions);
  }

  lookUp(ids: readonly string[]): Promise<Map<string, SessionLookUp>> {
    return lookUpSessions(this.parts, ids);
  }

  async cleanUp(db: Executor, batch: number): Promise<number> {
    const { redis, clock, retention } = this.parts;
    const forgotten = await forgetEnds(db, clock, batch);
    const { now, globalEpoch } = await placeNow(db, clock, null);
    const settled = await settleOpen(redis, globalEpoch, now, batch);
    const { dropped, next } = await sweep(redis, this.#swept, {
      now: scriptNow(this.parts),
      retention,
      batch,
      nodeNow: clock.now(),
    });
    this.#swept = next;
    return forgotten + settled + dropped;
  }

  async #read(id: string): Promise<StoredSession[]> {
    return isUuid(id) ? readSessions(this.parts.redis, [id.toLowerCase()]) : [];
  }

  #records(db: Executor, sessions: readonly StoredSession[]) {
    const source = sourceOf(db, sessions);
    return sessionView(db, this.parts.clock, { source }).select<SessionRecord[]>(...RECORD_COLUMNS);
  }
}
