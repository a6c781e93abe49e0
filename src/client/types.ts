import type { Code, Reason } from '../errors/codes.js';

/** The standard's. */
export type Fetch = typeof globalThis.fetch;

export interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly scopes: readonly string[];
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly disabledUntil: string | null;
  readonly createdAt: string;
}

/** A sign-in on a device. Moments are ISO 8601. */
export interface AuthSession {
  readonly id: string;
  readonly device: { readonly id: string; readonly name: string | null };
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: string;
  readonly authenticatedAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly status: 'ACTIVE' | 'ENDED';
  readonly endedAt: string | null;
  readonly endedReason: string | null;
  readonly current: boolean;
}

/** Immutable; another one takes its place with every change. */
export interface AuthState {
  /** `starting`: nobody knows yet whether somebody is signed in. */
  readonly status: 'starting' | 'signed-in' | 'signed-out';
  readonly user: AuthUser | null;
  readonly session: AuthSession | null;
  /** Why nobody is signed in any more; null where that was the user's own wish. */
  readonly reason: EndReason | null;
}

/** Why a session is over, in the server's words, or `NO_TOKEN`: what was kept here is gone. */
export type EndReason = Reason;

export type AuthEventType =
  | 'signed-in'
  | 'refreshed'
  | 'signed-out'
  | 'revoked'
  | 'disabled'
  | 'reauthentication-required'
  | 'refresh-failed';

export interface AuthEvent {
  readonly type: AuthEventType;
  /** As it is from now on. */
  readonly state: AuthState;
  /** Where it is the end: why. */
  readonly reason?: EndReason | null;
  /** Of `refresh-failed`: what kept it; it is tried again. */
  readonly error?: AuthError;
}

/** What the server refused, or `NETWORK`: nobody knows whether it was asked at all. */
export class AuthError extends Error {
  declare readonly code: Code | 'NETWORK';
  /** Under `BAD_USER_INPUT` the path of the input, such as `input.email`. */
  declare readonly reason: string;
  /** Seconds, where the server says when to come back. */
  declare readonly retryAfter?: number;

  constructor(code: Code | 'NETWORK', reason: string, message: string, retryAfter?: number) {
    super(message);
    Object.assign(this, { name: 'AuthError', code, reason, retryAfter });
  }
}

/** The bit of an error that a client acts upon. */
export interface GraphQLFailure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface GraphQLResult<Data = Record<string, unknown>> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLFailure[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * Where a refresh token is kept between page loads. All may be asynchronous: a write is awaited before the
 * token that it replaces is forgotten.
 */
export interface TokenStorage {
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  set(key: string, value: string): unknown;
  remove(key: string): unknown;
  /** Whether other tabs see what is written here. Default true. */
  readonly shared?: boolean;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly device?: { readonly id?: string; readonly name?: string };
}

/** What `onReauthenticate` is told. */
export interface ReauthenticationRequest {
  /** Why the last password would not do; undefined at the first. */
  readonly error?: AuthError;
}

export interface AuthClientOptions {
  /** The URL of the GraphQL API. In a page it may be relative. */
  readonly endpoint: string;
  /**
   * `cookie`: the refresh token stays in an httpOnly cookie, out of reach of scripts. `bearer`: it is kept
   * in `storage`. Default `cookie` in a page, else `bearer`.
   */
  readonly transport?: 'cookie' | 'bearer';
  /** For `bearer`. Default: memory. */
  readonly storage?: TokenStorage;
  /** Whether tabs of one browser share what they learn. Default `auto`: in pages. */
  readonly tabs?: 'auto' | 'off';
  /** Seconds for which a token that is handed out is still good at least. Default 10. */
  readonly minValidity?: number;
  /** Whether the server tells over a socket that the session has ended. Default false. */
  readonly live?: boolean;
  /** Where the socket is. Default: the endpoint, as `ws:` or `wss:`. */
  readonly liveEndpoint?: string;
  /** Origins beside the endpoint's that `fetch` may give the token to. Default none. */
  readonly origins?: readonly string[];
  /** Asks for the password when a field wants to see it again; null: the user would not. */
  readonly onReauthenticate?: (request: ReauthenticationRequest) => Promise<string | null>;
  readonly fetch?: Fetch;
  readonly webSocketImpl?: WebSocketConstructor;
}

/** What of a WebSocket is used. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;
