import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { UserModel, SessionModel, ServerNodeModel, AuthPayloadModel, SigningKeyModel, UserConnectionModel, SessionConnectionModel, AuditEventModel, AuditEventConnectionModel, StatsModel, SessionEndedModel } from '../models.js';
import type { GraphQLContext } from '../context.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment in UTC, as in RFC 3339: `2026-01-31T09:30:00.000Z`. */
  DateTime: { input: Date; output: Date; }
};

/** Something that happened, as the audit log keeps it. */
export type AuditEvent = {
  /** Who did it. Null if nobody was signed in, or if the account is gone. */
  readonly actor: Maybe<User>;
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** More about it, such as the reason that an admin gave. */
  readonly detail: Maybe<Scalars['String']['output']>;
  /** A UUID; newer events have greater ones. */
  readonly id: Scalars['ID']['output'];
  /** The network address that it came from. */
  readonly ip: Maybe<Scalars['String']['output']>;
  /** Which session it is about. */
  readonly sessionId: Maybe<Scalars['ID']['output']>;
  /**
   * What happened: `session.started`, `session.refreshed`, `session.refused`, `session.logged-out`,
   * `session.revoked`, `session.refresh-reused`, `session.reauthenticated`,
   * `session.reauthentication-refused`, `user.registered`, `user.created`, `user.disabled`,
   * `user.enabled`, `user.scopes-changed`, `user.password-changed`, `user.sessions-revoked`,
   * `everyone.revoked`, `key.created`, `key.rotated`, `key.revoked`, `key.re-encrypted`,
   * `key.deleted`, `access.refused`. There may be more.
   */
  readonly type: Scalars['String']['output'];
  /** Whose account or session it is about. Null if nobody's, or if the account is gone. */
  readonly user: Maybe<User>;
};

/** One page of the audit log. */
export type AuditEventConnection = {
  /** The events of this page. */
  readonly edges: ReadonlyArray<AuditEventEdge>;
  /** Is there more? */
  readonly pageInfo: PageInfo;
};

/** An event's place in the log. */
export type AuditEventEdge = {
  /** Give this as `after` to go on behind this event. */
  readonly cursor: Scalars['String']['output'];
  /** The event. */
  readonly node: AuditEvent;
};

/** Which events to tell. What is left out does not matter. */
export type AuditFilter = {
  /** Only those about this session. */
  readonly sessionId?: InputMaybe<Scalars['ID']['input']>;
  /** Only those of this moment or later. */
  readonly since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those of this type. */
  readonly type?: InputMaybe<Scalars['String']['input']>;
  /** Only those before this moment. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those about this user's account or sessions. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
};

/** The tokens of a session, and whose they are. */
export type AuthPayload = {
  /**
   * What to send along as `Authorization: Bearer …`: a JWT, or under scheme `opaque` the session token.
   * Null where a cookie carries it.
   */
  readonly accessToken: Maybe<Scalars['String']['output']>;
  /** When the access token ceases to be good. */
  readonly accessTokenExpiresAt: Scalars['DateTime']['output'];
  /** The same in seconds from now, for clients whose clock is wrong. */
  readonly expiresIn: Scalars['Int']['output'];
  /** What `refresh` takes. Each is good for one trade; keep the newest. Null where a cookie carries it. */
  readonly refreshToken: Maybe<Scalars['String']['output']>;
  /** The session that the tokens belong to. */
  readonly session: Session;
  /** The user who is signed in. */
  readonly user: User;
};

/** What a session runs on. Several sessions of one device can be revoked together. */
export type Device = {
  /** The client's own id, or the one that it was given. */
  readonly id: Scalars['ID']['output'];
  /** What the user would call it. */
  readonly name: Maybe<Scalars['String']['output']>;
};

/** The device of a client. A client that keeps no id of its own gets one, in `Session.device.id`. */
export type DeviceInput = {
  /** The client's own stable id for the device. */
  readonly id?: InputMaybe<Scalars['ID']['input']>;
  /** What the user would call the device. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** What a field demands of its caller, all rules that apply to it taken together. */
export type FieldPolicy = {
  /** Which field: `Type.field`. */
  readonly coordinate: Scalars['String']['output'];
  /** Seconds since the password was last entered. Null: no matter. */
  readonly maxAuthAge: Maybe<Scalars['Int']['output']>;
  /** How old the knowledge that the session is good may be, in seconds. Null: no matter. */
  readonly maxStale: Maybe<Scalars['Int']['output']>;
  /** Is it open to everyone? */
  readonly public: Scalars['Boolean']['output'];
  /** OR of ANDs, as in `@auth(scopes:)`. Empty: being signed in will do, or nothing is asked. */
  readonly scopes: ReadonlyArray<ReadonlyArray<Scalars['String']['output']>>;
  /** Names of the conditions that must all be met, as in `@auth(when:)`. */
  readonly when: ReadonlyArray<Scalars['String']['output']>;
};

/** What it takes to sign in. */
export type LoginInput = {
  /** The device that signs in. */
  readonly device?: InputMaybe<DeviceInput>;
  /** The address of the account. */
  readonly email: Scalars['String']['input'];
  /** The password of the account. */
  readonly password: Scalars['String']['input'];
  /** How the tokens travel. */
  readonly transport?: TokenTransport;
};

/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type Mutation = {
  /**
   * Changes the caller's password and ends every other session of theirs.
   *
   * Code `INVALID_CREDENTIALS` if the current password is wrong, `RATE_LIMITED` after too many attempts,
   * `BAD_USER_INPUT` if the new one will not do.
   */
  readonly changePassword: Maybe<AuthPayload>;
  /** Disables a user and ends all their sessions. */
  readonly disableUser: Maybe<User>;
  /**
   * Disables many users at once, all or none, with one revocation for all of them. Answers how many
   * sessions it ended.
   */
  readonly disableUsers: Maybe<Scalars['Int']['output']>;
  /** Lets a disabled user sign in again. Ended sessions stay ended. */
  readonly enableUser: Maybe<User>;
  /**
   * Starts a session.
   *
   * Code `INVALID_CREDENTIALS`: an unknown user and a wrong password are never told apart. Code
   * `ACCOUNT_DISABLED` only if the password was right. Code `RATE_LIMITED` after too many attempts.
   * Code `FORBIDDEN`, reason `CSRF_REFUSED`: another site could have asked for this cookie.
   */
  readonly login: Maybe<AuthPayload>;
  /**
   * Ends the session of the given refresh token, of the cookie, or of the bearer token, and clears the
   * cookie. Idempotent: true even if it had already ended.
   *
   * Code `STORE_UNAVAILABLE` if it could not be ended; then it still lives. Code `FORBIDDEN`, reason
   * `CSRF_REFUSED`: another site could have made the request, so its cookie does not count.
   */
  readonly logout: Maybe<Scalars['Boolean']['output']>;
  /** Ends the caller's other sessions, and this one too unless told otherwise. Answers how many it ended. */
  readonly logoutEverywhere: Maybe<Scalars['Int']['output']>;
  /**
   * Proves the password again: same session, new `auth_time`. Helps after the reason
   * `REAUTHENTICATION_REQUIRED`.
   *
   * Code `INVALID_CREDENTIALS` if the password is wrong, `RATE_LIMITED` after too many attempts.
   */
  readonly reauthenticate: Maybe<AuthPayload>;
  /**
   * Trades a refresh token for its successor and a new access token. Clients that race, or retry
   * because the answer was lost, get the same successor. Without an argument the token comes from the
   * cookie and its successor goes there; with one, no cookie is looked at or set.
   *
   * Code `REFRESH_REJECTED`, reason `REFRESH_INVALID` (not a token of ours), `REFRESH_REUSED` (traded
   * in long ago: taken for theft, and the session ends), `SESSION_REVOKED`, `SESSION_EXPIRED` or
   * `ACCOUNT_DISABLED`: sign in again; a cookie that held the token is cleared. Code
   * `STORE_UNAVAILABLE`: keep the token and try again. Code `FORBIDDEN`, reason `CSRF_REFUSED`: another
   * site could have made the request, so its cookie does not count.
   */
  readonly refresh: Maybe<AuthPayload>;
  /**
   * Creates an account and signs it in.
   *
   * Code `BAD_USER_INPUT` if the e-mail address or the password will not do, or if the address is
   * taken; code `FORBIDDEN`, reason `REGISTRATION_CLOSED` where nobody may sign up by themselves; code
   * `RATE_LIMITED` after too many attempts from one address.
   */
  readonly register: Maybe<AuthPayload>;
  /** Logs everybody out, the caller included. Answers how many sessions it ended. */
  readonly revokeAllSessions: Maybe<Scalars['Int']['output']>;
  /** Ends one session of the caller. Null if the caller has no such session. */
  readonly revokeMySession: Maybe<Session>;
  /** Ends one session of anybody. Null if there is none of that id. */
  readonly revokeSession: Maybe<Session>;
  /** Ends all of a user's sessions, or only those of one device. Answers how many it ended. */
  readonly revokeUserSessions: Maybe<Scalars['Int']['output']>;
  /**
   * Publishes a new signing key. It begins to sign after `KEY_PUBLISH_WAIT`, when every cache of public
   * keys knows it, and tokens of the key before it stay good: nobody notices. While a key is waiting to
   * sign, the answer is that one.
   *
   * Code `RATE_LIMITED` while too many retired keys still verify.
   */
  readonly rotateSigningKey: Maybe<SigningKey>;
  /** Replaces a user's scopes. */
  readonly setUserScopes: Maybe<User>;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationChangePasswordArgs = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationDisableUserArgs = {
  awaitNodesMs?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationDisableUsersArgs = {
  awaitNodesMs?: InputMaybe<Scalars['Int']['input']>;
  ids: ReadonlyArray<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationEnableUserArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationLoginArgs = {
  input: LoginInput;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationLogoutArgs = {
  refreshToken?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationLogoutEverywhereArgs = {
  keepCurrent?: Scalars['Boolean']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationReauthenticateArgs = {
  password: Scalars['String']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRefreshArgs = {
  refreshToken?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRegisterArgs = {
  input: RegisterInput;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRevokeAllSessionsArgs = {
  awaitNodesMs?: InputMaybe<Scalars['Int']['input']>;
  reason: Scalars['String']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRevokeMySessionArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRevokeSessionArgs = {
  awaitNodesMs?: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRevokeUserSessionsArgs = {
  awaitNodesMs?: InputMaybe<Scalars['Int']['input']>;
  deviceId?: InputMaybe<Scalars['ID']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationRotateSigningKeyArgs = {
  revokeIssued?: Scalars['Boolean']['input'];
};


/**
 * What can be changed. Every noun's file adds its own fields.
 *
 * A mutation that is known to be refused in part runs nothing: HTTP 401 or 403, no data. When the
 * store is down, the answer is code `STORE_UNAVAILABLE` with `retryable: true`, never a false success.
 */
export type MutationSetUserScopesArgs = {
  id: Scalars['ID']['input'];
  scopes: ReadonlyArray<Scalars['String']['input']>;
};

/** Where a page of a list ends. */
export type PageInfo = {
  /** Give this as `after` to get the next page. Null if this page is empty. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Is there more after this page? */
  readonly hasNextPage: Scalars['Boolean']['output'];
};

/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type Query = {
  /** What happened, newest first. */
  readonly auditLog: Maybe<AuditEventConnection>;
  /** The freshness that every field of this schema demands, so that a client can step up before it asks. */
  readonly fieldPolicies: ReadonlyArray<FieldPolicy>;
  /** The caller. */
  readonly me: Maybe<User>;
  /** The caller's sessions, newest first; shows addresses and devices, so the answer must be fresh. */
  readonly mySessions: Maybe<ReadonlyArray<Session>>;
  /**
   * The servers that live, oldest first, by their own reports of the last 30 seconds.
   *
   * Mutations that revoke take `awaitNodesMs`: the answer's `extensions.portcullis.receipts` then lists for
   * each of them, by the `path` of its answer, every node with its `appliedAfterMs`: milliseconds from the
   * writing of the revocation until the node refused by it, or null if it had not within the time.
   */
  readonly nodes: Maybe<ReadonlyArray<ServerNode>>;
  /** One session, or null if there is none. */
  readonly session: Maybe<Session>;
  /** Everybody's sessions, newest first. */
  readonly sessions: Maybe<SessionConnection>;
  /** The keys that access tokens are signed with, the latest to sign first. */
  readonly signingKeys: Maybe<ReadonlyArray<SigningKey>>;
  /**
   * How much happened, in buckets of equal length.
   *
   * Code `BAD_USER_INPUT`, reason `bucketSeconds`, if that is less than 1, or if it makes more than
   * 2,000 buckets since then.
   */
  readonly stats: Maybe<Stats>;
  /** One user, or null if there is none. */
  readonly user: Maybe<User>;
  /** All users, newest first. */
  readonly users: Maybe<UserConnection>;
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QueryAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: Scalars['Int']['input'];
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QueryMySessionsArgs = {
  includeEnded?: Scalars['Boolean']['input'];
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QuerySessionArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QuerySessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SessionFilter>;
  first?: Scalars['Int']['input'];
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QueryStatsArgs = {
  bucketSeconds?: Scalars['Int']['input'];
  since: Scalars['DateTime']['input'];
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/**
 * What can be read. Every noun's file adds its own fields.
 *
 * Fields that can be refused are nullable, so that one refusal leaves its neighbours' answers alone.
 * An error's `extensions.code` is what to switch on, `extensions.reason` says more. Beside the codes
 * told at `@auth` and `@critical`, any field may answer `BAD_USER_INPUT` (the reason is the path of
 * the input), `RATE_LIMITED` (with `retryAfter` in seconds), `STORE_UNAVAILABLE` (with
 * `retryable: true`) and `INTERNAL_SERVER_ERROR` (with the id of the request, which the log has too).
 */
export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  search?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<UserStatus>;
};

/** What it takes to sign up. */
export type RegisterInput = {
  /** The device that signs up. */
  readonly device?: InputMaybe<DeviceInput>;
  /** The address to sign in with. Upper and lower case are the same. */
  readonly email: Scalars['String']['input'];
  /** What to call the user. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The password. Its length and strength are checked. */
  readonly password: Scalars['String']['input'];
  /** How the tokens travel. */
  readonly transport?: TokenTransport;
};

/** One server of those that share the database. */
export type ServerNode = {
  /** Is this the node that answers? */
  readonly current: Scalars['Boolean']['output'];
  /** Made anew at every start. */
  readonly id: Scalars['ID']['output'];
  /** How far behind that was, in milliseconds. */
  readonly lagMs: Maybe<Scalars['Int']['output']>;
  /**
   * Up to when it had seen every revocation, at its last report. Null where the scheme follows no feed
   * of revocations.
   */
  readonly mark: Maybe<Scalars['DateTime']['output']>;
  /** Host and address. */
  readonly name: Scalars['String']['output'];
  /** When it last reported; it does so every 10 seconds. */
  readonly seenAt: Scalars['DateTime']['output'];
  /** When it started. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** The version of Portcullis that it runs. */
  readonly version: Scalars['String']['output'];
};

/** One sign-in on one device. Refreshing goes on with the same session. */
export type Session = {
  /** When the password was last entered. */
  readonly authenticatedAt: Scalars['DateTime']['output'];
  /** When it began. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Is this the session that asks? */
  readonly current: Scalars['Boolean']['output'];
  /** Where from. */
  readonly device: Device;
  /** When it ended. Null while it is active. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** How it ended: logged out, revoked, expired or replaced, or what the admin gave as reason. */
  readonly endedReason: Maybe<Scalars['String']['output']>;
  /** When it ends if it is not used again. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** A UUID. */
  readonly id: Scalars['ID']['output'];
  /** The network address at the sign-in or the last refresh. */
  readonly ip: Maybe<Scalars['String']['output']>;
  /** When it was last signed in to or refreshed. */
  readonly lastUsedAt: Scalars['DateTime']['output'];
  /** Is it still good? */
  readonly status: SessionStatus;
  /** Who is signed in. */
  readonly user: User;
  /** What the client called itself at the sign-in or the last refresh. */
  readonly userAgent: Maybe<Scalars['String']['output']>;
};

/** One page of sessions. */
export type SessionConnection = {
  /** The sessions of this page. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** Is there more? */
  readonly pageInfo: PageInfo;
  /** How many match, over all pages. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A session's place in the list. */
export type SessionEdge = {
  /** Give this as `after` to go on behind this session. */
  readonly cursor: Scalars['String']['output'];
  /** The session. */
  readonly node: Session;
};

/** The end of a session. */
export type SessionEnded = {
  /** When it ended, to within about a second. */
  readonly at: Scalars['DateTime']['output'];
  /**
   * Why, in the words that errors have for it: `SESSION_REVOKED` (logged out, revoked, or taken for
   * stolen), `ACCOUNT_DISABLED` or `SESSION_EXPIRED` (not used for too long, or as old as a session
   * may get).
   */
  readonly reason: Scalars['String']['output'];
  /** Which session: the caller's. */
  readonly sessionId: Scalars['ID']['output'];
};

/** Which sessions to list. What is left out does not matter. */
export type SessionFilter = {
  /** Only those of this device. */
  readonly deviceId?: InputMaybe<Scalars['ID']['input']>;
  /** Only those from this network address. */
  readonly ip?: InputMaybe<Scalars['String']['input']>;
  /** Only those that began at this moment or later. */
  readonly since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those of this status. */
  readonly status?: InputMaybe<SessionStatus>;
  /** Only those that began before this moment. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only this user's. */
  readonly userId?: InputMaybe<Scalars['ID']['input']>;
};

/** Whether a session is good. */
export type SessionStatus =
  /** It can be used and refreshed. */
  | 'ACTIVE'
  /** It is over, for whatever reason. */
  | 'ENDED';

/** A key pair that signs access tokens. Its public half is at `/.well-known/jwks.json`. */
export type SigningKey = {
  /** How it signs (RFC 7518). */
  readonly algorithm: Scalars['String']['output'];
  /** When it was published. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Names the key in the header of a token and in the public keys. */
  readonly kid: Scalars['ID']['output'];
  /** When it begins, or began, to sign. */
  readonly signsFrom: Scalars['DateTime']['output'];
  /** When the next key takes over, or took over. Null while there is no next key. */
  readonly signsUntil: Maybe<Scalars['DateTime']['output']>;
  /** What it does now. */
  readonly status: SigningKeyStatus;
  /** When the last token that it may have signed has expired; then it is deleted. Null while there is no next key. */
  readonly verifiesUntil: Maybe<Scalars['DateTime']['output']>;
};

/** What a signing key does. */
export type SigningKeyStatus =
  /** It is among the public keys, and does not sign yet. */
  | 'PUBLISHED'
  /** It signs no more; tokens that it signed are good until they expire. */
  | 'RETIRED'
  /** It signs. */
  | 'SIGNS';

/** How much happened. */
export type Stats = {
  /** How many sessions are good right now. */
  readonly activeSessions: Scalars['Int']['output'];
  /** From the oldest to the newest, those in which nothing happened included. */
  readonly buckets: ReadonlyArray<StatsBucket>;
  /** How many accounts there are. */
  readonly users: Scalars['Int']['output'];
};

/** What happened in a span of time. */
export type StatsBucket = {
  /** When it begins. */
  readonly at: Scalars['DateTime']['output'];
  /**
   * Sessions that somebody ended: logged out, revoked one by one or all at once, disabled, taken for
   * stolen. Those that ran out by themselves are not counted.
   */
  readonly endedSessions: Scalars['Int']['output'];
  /** Sign-ins that were refused. */
  readonly failedLogins: Scalars['Int']['output'];
  /** Sessions that were started, by signing in or signing up. */
  readonly logins: Scalars['Int']['output'];
  /** Refresh tokens that were traded in. */
  readonly refreshes: Scalars['Int']['output'];
  /** Refresh tokens that were traded in twice: taken for theft. */
  readonly reusedRefreshes: Scalars['Int']['output'];
};

/**
 * What can be waited for, over WebSocket only (sub-protocol `graphql-transport-ws`, same address). Every
 * noun's file adds its own fields.
 *
 * Every event is judged like a query of its own. The socket closes with 4403 when its token expires:
 * connect again with a fresh one.
 */
export type Subscription = {
  /**
   * What happens from now on, on every node, within about a second. It completes when the caller's
   * session ends. Code `RATE_LIMITED` ends it for a subscriber that does not keep up, code
   * `STORE_UNAVAILABLE` after a failover of the database: subscribe again, and read `auditLog` for
   * what was missed.
   */
  readonly auditEvents: Maybe<AuditEvent>;
  /**
   * Fires once, when the caller's session ends for any reason; then the stream completes and the socket
   * closes with 4403. A client destroys its tokens on it. If it turns out to have ended before, it fires
   * at once. A token that merely expires is no end: refresh, and subscribe again.
   */
  readonly sessionEnded: Maybe<SessionEnded>;
};


/**
 * What can be waited for, over WebSocket only (sub-protocol `graphql-transport-ws`, same address). Every
 * noun's file adds its own fields.
 *
 * Every event is judged like a query of its own. The socket closes with 4403 when its token expires:
 * connect again with a fresh one.
 */
export type SubscriptionAuditEventsArgs = {
  filter?: InputMaybe<AuditFilter>;
};

/** How a client gets its tokens. */
export type TokenTransport =
  /** All tokens are in the answer's body. */
  | 'BODY'
  /**
   * The refresh token, or under scheme `opaque` the session token, goes into an httpOnly cookie, out of
   * reach of scripts, and is left out of the body. Only over HTTP. Other schemes keep nothing there.
   */
  | 'COOKIE';

/** An account. */
export type User = {
  /** When the account was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When a disabled user becomes active by itself. Null: not by itself, or not disabled. */
  readonly disabledUntil: Maybe<Scalars['DateTime']['output']>;
  /** The address that the user signs in with. */
  readonly email: Scalars['String']['output'];
  /** A UUID. */
  readonly id: Scalars['ID']['output'];
  /** What to call the user. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** What the user may do, as `@auth(scopes:)` asks for it. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /** The user's sessions, newest first. */
  readonly sessions: Maybe<ReadonlyArray<Session>>;
  /** May the user sign in? */
  readonly status: UserStatus;
};

/** One page of users. */
export type UserConnection = {
  /** The users of this page. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** Is there more? */
  readonly pageInfo: PageInfo;
  /** How many match, over all pages. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A user's place in the list. */
export type UserEdge = {
  /** Give this as `after` to go on behind this user. */
  readonly cursor: Scalars['String']['output'];
  /** The user. */
  readonly node: User;
};

/** Whether a user may sign in. */
export type UserStatus =
  /** The user may sign in. */
  | 'ACTIVE'
  /** The user may not sign in: code `ACCOUNT_DISABLED`, and no session of theirs is good. */
  | 'DISABLED';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AuditEvent: ResolverTypeWrapper<AuditEventModel>;
  AuditEventConnection: ResolverTypeWrapper<AuditEventConnectionModel>;
  AuditEventEdge: ResolverTypeWrapper<Omit<AuditEventEdge, 'node'> & { node: ResolversTypes['AuditEvent'] }>;
  AuditFilter: AuditFilter;
  AuthPayload: ResolverTypeWrapper<AuthPayloadModel>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Device: ResolverTypeWrapper<Device>;
  DeviceInput: DeviceInput;
  FieldPolicy: ResolverTypeWrapper<FieldPolicy>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  LoginInput: LoginInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterInput: RegisterInput;
  ServerNode: ResolverTypeWrapper<ServerNodeModel>;
  Session: ResolverTypeWrapper<SessionModel>;
  SessionConnection: ResolverTypeWrapper<SessionConnectionModel>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionEnded: ResolverTypeWrapper<SessionEndedModel>;
  SessionFilter: SessionFilter;
  SessionStatus: SessionStatus;
  SigningKey: ResolverTypeWrapper<SigningKeyModel>;
  SigningKeyStatus: SigningKeyStatus;
  Stats: ResolverTypeWrapper<StatsModel>;
  StatsBucket: ResolverTypeWrapper<StatsBucket>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TokenTransport: TokenTransport;
  User: ResolverTypeWrapper<UserModel>;
  UserConnection: ResolverTypeWrapper<UserConnectionModel>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserStatus: UserStatus;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AuditEvent: AuditEventModel;
  AuditEventConnection: AuditEventConnectionModel;
  AuditEventEdge: Omit<AuditEventEdge, 'node'> & { node: ResolversParentTypes['AuditEvent'] };
  AuditFilter: AuditFilter;
  AuthPayload: AuthPayloadModel;
  Boolean: Scalars['Boolean']['output'];
  DateTime: Scalars['DateTime']['output'];
  Device: Device;
  DeviceInput: DeviceInput;
  FieldPolicy: FieldPolicy;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  LoginInput: LoginInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RegisterInput: RegisterInput;
  ServerNode: ServerNodeModel;
  Session: SessionModel;
  SessionConnection: SessionConnectionModel;
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SessionEnded: SessionEndedModel;
  SessionFilter: SessionFilter;
  SigningKey: SigningKeyModel;
  Stats: StatsModel;
  StatsBucket: StatsBucket;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  User: UserModel;
  UserConnection: UserConnectionModel;
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
};

export type AuthDirectiveArgs = {
  maxAuthAge?: Maybe<Scalars['Int']['input']>;
  scopes?: Maybe<ReadonlyArray<ReadonlyArray<Scalars['String']['input']>>>;
  when?: Maybe<Scalars['String']['input']>;
};

export type AuthDirectiveResolver<Result, Parent, ContextType = GraphQLContext, Args = AuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CriticalDirectiveArgs = {
  maxStale?: Scalars['Int']['input'];
};

export type CriticalDirectiveResolver<Result, Parent, ContextType = GraphQLContext, Args = CriticalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PublicDirectiveArgs = { };

export type PublicDirectiveResolver<Result, Parent, ContextType = GraphQLContext, Args = PublicDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AuditEventResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ip?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type AuditEventConnectionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['AuditEventConnection'] = ResolversParentTypes['AuditEventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditEventEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEventEdgeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['AuditEventEdge'] = ResolversParentTypes['AuditEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEvent'], ParentType, ContextType>;
};

export type AuthPayloadResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['AuthPayload'] = ResolversParentTypes['AuthPayload']> = {
  accessToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  accessTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refreshToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeviceResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Device'] = ResolversParentTypes['Device']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type FieldPolicyResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['FieldPolicy'] = ResolversParentTypes['FieldPolicy']> = {
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maxAuthAge?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  maxStale?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  public?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  when?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  changePassword?: Resolver<Maybe<ResolversTypes['AuthPayload']>, ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'currentPassword' | 'newPassword'>>;
  disableUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'id'>>;
  disableUsers?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType, RequireFields<MutationDisableUsersArgs, 'ids'>>;
  enableUser?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'id'>>;
  login?: Resolver<Maybe<ResolversTypes['AuthPayload']>, ParentType, ContextType, RequireFields<MutationLoginArgs, 'input'>>;
  logout?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType, Partial<MutationLogoutArgs>>;
  logoutEverywhere?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType, RequireFields<MutationLogoutEverywhereArgs, 'keepCurrent'>>;
  reauthenticate?: Resolver<Maybe<ResolversTypes['AuthPayload']>, ParentType, ContextType, RequireFields<MutationReauthenticateArgs, 'password'>>;
  refresh?: Resolver<Maybe<ResolversTypes['AuthPayload']>, ParentType, ContextType, Partial<MutationRefreshArgs>>;
  register?: Resolver<Maybe<ResolversTypes['AuthPayload']>, ParentType, ContextType, RequireFields<MutationRegisterArgs, 'input'>>;
  revokeAllSessions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType, RequireFields<MutationRevokeAllSessionsArgs, 'reason'>>;
  revokeMySession?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<MutationRevokeMySessionArgs, 'id'>>;
  revokeSession?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'id'>>;
  revokeUserSessions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'userId'>>;
  rotateSigningKey?: Resolver<Maybe<ResolversTypes['SigningKey']>, ParentType, ContextType, RequireFields<MutationRotateSigningKeyArgs, 'revokeIssued'>>;
  setUserScopes?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<MutationSetUserScopesArgs, 'id' | 'scopes'>>;
};

export type PageInfoResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  auditLog?: Resolver<Maybe<ResolversTypes['AuditEventConnection']>, ParentType, ContextType, RequireFields<QueryAuditLogArgs, 'first'>>;
  fieldPolicies?: Resolver<ReadonlyArray<ResolversTypes['FieldPolicy']>, ParentType, ContextType>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  mySessions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Session']>>, ParentType, ContextType, RequireFields<QueryMySessionsArgs, 'includeEnded'>>;
  nodes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ServerNode']>>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<QuerySessionArgs, 'id'>>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<QuerySessionsArgs, 'first'>>;
  signingKeys?: Resolver<Maybe<ReadonlyArray<ResolversTypes['SigningKey']>>, ParentType, ContextType>;
  stats?: Resolver<Maybe<ResolversTypes['Stats']>, ParentType, ContextType, RequireFields<QueryStatsArgs, 'bucketSeconds' | 'since'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type ServerNodeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ServerNode'] = ResolversParentTypes['ServerNode']> = {
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lagMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  mark?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  authenticatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endedReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ip?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastUsedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SessionStatus'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SessionEndedResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['SessionEnded'] = ResolversParentTypes['SessionEnded']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SigningKeyResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['SigningKey'] = ResolversParentTypes['SigningKey']> = {
  algorithm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kid?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  signsFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  signsUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SigningKeyStatus'], ParentType, ContextType>;
  verifiesUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type StatsResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Stats'] = ResolversParentTypes['Stats']> = {
  activeSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  buckets?: Resolver<ReadonlyArray<ResolversTypes['StatsBucket']>, ParentType, ContextType>;
  users?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type StatsBucketResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['StatsBucket'] = ResolversParentTypes['StatsBucket']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failedLogins?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  logins?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refreshes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reusedRefreshes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  auditEvents?: SubscriptionResolver<Maybe<ResolversTypes['AuditEvent']>, "auditEvents", ParentType, ContextType, Partial<SubscriptionAuditEventsArgs>>;
  sessionEnded?: SubscriptionResolver<Maybe<ResolversTypes['SessionEnded']>, "sessionEnded", ParentType, ContextType>;
};

export type UserResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  disabledUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Session']>>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['UserStatus'], ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GraphQLContext> = {
  AuditEvent?: AuditEventResolvers<ContextType>;
  AuditEventConnection?: AuditEventConnectionResolvers<ContextType>;
  AuditEventEdge?: AuditEventEdgeResolvers<ContextType>;
  AuthPayload?: AuthPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Device?: DeviceResolvers<ContextType>;
  FieldPolicy?: FieldPolicyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ServerNode?: ServerNodeResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SessionEnded?: SessionEndedResolvers<ContextType>;
  SigningKey?: SigningKeyResolvers<ContextType>;
  Stats?: StatsResolvers<ContextType>;
  StatsBucket?: StatsBucketResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = GraphQLContext> = {
  auth?: AuthDirectiveResolver<any, any, ContextType>;
  critical?: CriticalDirectiveResolver<any, any, ContextType>;
  public?: PublicDirectiveResolver<any, any, ContextType>;
};
