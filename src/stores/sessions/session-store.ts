import type { Executor } from '../../database/index.js';
import type { Page, PageRequest } from '../page.js';
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
} from './record.js';

/**
 * The sessions, one record per sign-in, wherever they live. `db` is where a method's SQL runs: on its
 * own, or inside the caller's transaction. Users, epochs and the audit log are in PostgreSQL always.
 * Every method throws PortcullisError STORE_UNAVAILABLE when the store does not answer in time.
 */
export interface SessionStore {
  /** The epochs make a sign-in that races a disable or a "revoke all" unusable, without any lock. */
  insert(db: Executor, session: NewSession): Promise<void>;

  find(db: Executor, id: string): Promise<SessionRecord | undefined>;

  /** What tokens of the session are made of. */
  findGrant(db: Executor, id: string): Promise<(SessionGrant & SessionSecrets) | undefined>;

  /**
   * Moves the refresh counter on and the expiry with it: of any number of concurrent calls that expect
   * the same counter exactly one succeeds. Writes the audit event. It is no part of a transaction.
   * @returns undefined when the counter has moved on or the session is not live.
   */
  rotate(rotation: Rotation): Promise<Pick<SessionRecord, 'lastUsedAt' | 'expiresAt'> | undefined>;

  /**
   * The same in one step with the grant after it, where the store can: undefined too where somebody else
   * holds the session, or its secret has changed.
   */
  rotateKnown?(rotation: KnownRotation): Promise<(SessionGrant & SessionSecrets) | undefined>;

  /** Newest first. */
  list(db: Executor, filter: SessionFilter, request: PageRequest): Promise<Page<SessionRecord>>;

  count(db: Executor, filter: SessionFilter): Promise<number>;

  /**
   * Holds the session that acts and answers whether it is still live, so that a write and the check
   * before it are one: a revocation waits for the transaction or is seen by it.
   */
  lockLive(db: Executor, id: string): Promise<boolean>;

  /** Ends these sessions. Answers those that had not ended before. */
  end(
    db: Executor,
    ids: readonly string[],
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<string[]>;

  /** Ends a user's sessions: of one device, or all but one. Answers those that had not ended before. */
  endOfUser(
    db: Executor,
    userId: string,
    only: SessionsOfUser,
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<string[]>;

  /** Ends all sessions of many users. Answers how many. */
  endOfUsers(
    db: Executor,
    userIds: readonly string[],
    reason: 'logged_out' | 'revoked',
    detail: string | null,
  ): Promise<number>;

  /** Moves the session to a new secret and epoch: every refresh token made before is void. */
  renewSecret(db: Executor, id: string, secret: Buffer, tokenEpoch: number): Promise<void>;

  /** Puts another session token in the place of the last one. */
  setTokenHash(db: Executor, id: string, tokenHash: Buffer): Promise<void>;

  /** Moves the idle expiry of a live session, used by a token of these epochs; false if it is over. */
  extend(db: Executor, extension: Extension): Promise<boolean>;

  /** The password was proven again. */
  setAuthenticated(db: Executor, id: string): Promise<void>;

  /** Ends all sessions of everybody with one row. Answers the new epoch and how many it ended. */
  raiseGlobalEpoch(db: Executor, reason: string): Promise<{ epoch: number; ended: number | null }>;

  /**
   * What the store says of these sessions now; one that it does not know is absent. Runs on
   * connections of its own, whose waits are a fraction of a second.
   */
  readStates(sessions: readonly SessionRef[]): Promise<Map<string, SessionState>>;

  /** What the store knows of the sessions that session tokens name, in the manner of `readStates`. */
  lookUp(ids: readonly string[]): Promise<Map<string, SessionLookUp>>;

  /**
   * One bounded step of forgetting what nobody asks for any more. Answers how much it touched.
   * @param batch the most that one statement touches
   */
  cleanUp(db: Executor, batch: number): Promise<number>;
}

export interface SessionsOfUser {
  readonly deviceId?: string | undefined;
  /** The id of the session that goes on. */
  readonly except?: string | undefined;
}

export interface SessionStoreOptions {
  /** Milliseconds for which an ended session stays listed. */
  readonly retention: number;
}
