import type {
  AuthEvent,
  AuthSession,
  AuthState,
  AuthUser,
  Credentials,
  Fetch,
  GraphQLResult,
} from './types.js';

/** What a field of the API demands, as `fieldPolicies` tells it. */
export interface FieldPolicy {
  /** Such as `Query.me`. */
  readonly coordinate: string;
  readonly public: boolean;
  /** Any of these sets of scopes will do. */
  readonly scopes: readonly (readonly string[])[];
  /** Seconds since the password was entered. */
  readonly maxAuthAge: number | null;
  /** Seconds. */
  readonly maxStale: number | null;
}

export interface TokenOptions {
  /** Seconds for which it is still good at least. Default: the client's. */
  readonly minValidity?: number;
  /** Whether to have a new one even so, where the scheme renews. */
  readonly forceRefresh?: boolean;
  /** Ends the wait, not the work: others may wait for it too. */
  readonly signal?: AbortSignal;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** Signs in, keeps signed in, and destroys its tokens as soon as the session ends anywhere. */
export interface AuthClient {
  readonly state: AuthState;
  /** Settles when it is known whether somebody is signed in. @throws AuthError NETWORK */
  readonly ready: () => Promise<AuthState>;
  /** Answers how to stop listening. */
  subscribe(listener: (event: AuthEvent) => void): () => void;
  /** @throws AuthError */
  register(input: Credentials & { readonly name?: string }): Promise<AuthUser>;
  /** @throws AuthError INVALID_CREDENTIALS, ACCOUNT_DISABLED, RATE_LIMITED and the like */
  login(input: Credentials): Promise<AuthUser>;
  /**
   * Ends this session, the user's others, or all. The tokens of this one are gone at once, whether the server
   * can be told now or later; of the others, answers how many ended. @throws AuthError for `others` and `all`
   */
  logout(options?: { readonly scope?: 'this' | 'others' | 'all' }): Promise<number>;
  /** Proves the password again: the session goes on. @throws AuthError */
  reauthenticate(password: string): Promise<void>;
  /** Ends the user's other sessions. @throws AuthError */
  changePassword(currentPassword: string, newPassword: string): Promise<void>;
  /**
   * Null where nobody is signed in, or where a cookie carries the token.
   * @throws AuthError NETWORK and the like: nobody is signed out by that
   */
  getAccessToken(options?: TokenOptions): Promise<string | null>;
  readonly sessions: {
    /** The user's, newest first. @throws AuthError */
    list(options?: { readonly includeEnded?: boolean }): Promise<readonly AuthSession[]>;
    /** False where the user has no such session. @throws AuthError */
    revoke(id: string): Promise<boolean>;
  };
  /** What every field of the API demands. Asked once. @throws AuthError */
  fieldPolicies(): Promise<readonly FieldPolicy[]>;
  /** Whether a field, such as `Mutation.deleteAccount`, will want to see the password again. @throws AuthError */
  needsReauthentication(coordinate: string): Promise<boolean>;
  /** `fetch` with the token, which goes to the endpoint's origin and to those of `origins` alone. */
  readonly fetch: Fetch;
  /** Asks the API. What it refuses is in `errors`. @throws AuthError NETWORK */
  request<Data = Record<string, unknown>>(
    document: string | { toString(): string },
    variables?: object,
    options?: RequestOptions,
  ): Promise<GraphQLResult<Data>>;
  /** Has `onReauthenticate` ask for the password. Answers whether it was entered. */
  stepUp(): Promise<boolean>;
  /** Stops all that goes on by itself. Nobody is signed out. */
  dispose(): void;
}
