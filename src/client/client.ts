import { createAsk, networkError, valueOf } from './ask.js';
import type { Answer } from './ask.js';
import { createFetch } from './fetch.js';
import type { Payload } from './grant.js';
import { Keeper, keptOf } from './keeper.js';
import { Live } from './live.js';
import {
  CHANGE_PASSWORD,
  FIELD_POLICIES,
  LOGIN,
  LOGOUT,
  LOGOUT_EVERYWHERE,
  MY_SESSIONS,
  REAUTHENTICATE,
  REGISTER,
  REVOKE_MY_SESSION,
} from './operations.js';
import type { Operation } from './operations.js';
import { hostPlatform } from './platform.js';
import type { Platform } from './platform.js';
import { memoryStorage, webStorage } from './storage.js';
import { AuthError } from './types.js';
import type {
  AuthClientOptions,
  AuthEvent,
  AuthSession,
  AuthState,
  AuthUser,
  Credentials,
  Fetch,
  GraphQLResult,
  WebSocketConstructor,
} from './types.js';
import { Vault } from './vault.js';

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
  /** Whether to have a new one even so. */
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
  request<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    document: string | { toString(): string },
    variables?: Variables,
    options?: RequestOptions,
  ): Promise<GraphQLResult<Data>>;
  /** Has `onReauthenticate` ask for the password. Answers whether it was entered. */
  stepUp(): Promise<boolean>;
  /** Stops all that goes on by itself. Nobody is signed out. */
  dispose(): void;
}

/** Milliseconds for an answer about the session itself. */
const ANSWERED_WITHIN = 15_000;

/** A client of the API at an endpoint. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return createClient(options, hostPlatform(options.tabs !== 'off'));
}

/** @param platform where it runs */
export function createClient(options: AuthClientOptions, platform: Platform): AuthClient {
  const { transport = platform.href ? 'cookie' : 'bearer', onReauthenticate } = options;
  const isCookie = transport === 'cookie';
  const endpoint = new URL(options.endpoint, platform.href);
  // Looked up at every call: what is wrapped later is used too.
  const request: Fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const credentials = isCookie ? 'include' : 'omit';
  const place = { endpoint: endpoint.href, credentials } as const;
  const ask = createAsk({
    ...{ ...place, fetch: request },
    setTimeout: (work) => platform.after(ANSWERED_WITHIN, work),
  });
  const storage = options.storage ?? (isCookie ? webStorage() : memoryStorage());
  const name = `portcullis:${endpoint.href}`;
  const vault = new Vault(storage, name);
  const isShared = isCookie || vault.isShared;
  const minValidity = (options.minValidity ?? 10) * 1_000;
  const keeper = new Keeper({ ask, platform, vault, isCookie, isShared, name, minValidity });

  const signIn = async ([field, document]: Operation, input: object): Promise<AuthUser> => {
    // What a start finds out about an earlier session must not come after this one.
    await keeper.ready().catch(() => undefined);
    const { signOuts, grant: before } = keeper;
    const asked = { ...input, transport: isCookie ? 'COOKIE' : 'BODY' };
    const payload = valueOf<Payload | null>(await ask(document, { input: asked }), field);
    if (!payload) throw networkError(undefined);
    if (!(await keeper.accept(payload, signOuts, true))) {
      // The user signed out meanwhile, and that is final.
      void ask(LOGOUT[1], { refreshToken: payload.refreshToken }, payload).catch(() => undefined);
      throw new AuthError('UNAUTHENTICATED', 'NO_TOKEN', 'Signed out meanwhile.');
    }
    if (before && !isCookie) void ask(LOGOUT[1], { refreshToken: before.refreshToken }, before).catch(() => undefined);
    return payload.user;
  };

  /** Asks for something of the caller's own. @throws AuthError */
  const own = async <T>([field, document]: Operation, variables?: object): Promise<T> =>
    valueOf<T>(await send(document, variables), field);

  /** The password again, and with it new tokens of the same session. */
  const prove = async (operation: Operation, variables: object) => {
    await keeper.ready();
    const { signOuts } = keeper;
    await keeper.accept(await own<Payload>(operation, variables), signOuts, false);
  };

  let stepping: Promise<boolean> | undefined;
  const askForPassword = async (): Promise<boolean> => {
    keeper.emit({ type: 'reauthentication-required' });
    let error: AuthError | undefined;
    while (onReauthenticate) {
      const password = await onReauthenticate(error ? { error } : {});
      if (password === null) return false;
      try {
        await prove(REAUTHENTICATE, { password });
        return true;
      } catch (failure) {
        if (!(failure instanceof AuthError) || !keeper.grant) return false;
        error = failure;
      }
    }
    return false;
  };
  const stepUp = () =>
    (stepping ??= askForPassword().finally(() => {
      stepping = undefined;
    }));

  const authorized = createFetch({
    ...{ keeper, fetch: request, credentials, stepUp, base: platform.href },
    origins: new Set([endpoint.origin, ...(options.origins ?? [])]),
  });
  const send = createAsk({ ...place, fetch: authorized }) as (
    document: string,
    variables?: object,
    options?: RequestOptions,
  ) => Promise<Answer>;

  const WebSocket =
    options.webSocketImpl ??
    (globalThis as unknown as { WebSocket?: WebSocketConstructor }).WebSocket;
  const live =
    options.live && WebSocket
      ? new Live({
          ...{ keeper, platform, WebSocket },
          url: (options.liveEndpoint ?? endpoint.href).replace(/^http/, 'ws'),
        })
      : undefined;

  let policies: Promise<readonly FieldPolicy[]> | undefined;
  const fieldPolicies = () =>
    (policies ??= ask(FIELD_POLICIES[1])
      .then((answer) => valueOf<readonly FieldPolicy[]>(answer, FIELD_POLICIES[0]))
      .catch((error: unknown) => {
        policies = undefined;
        throw error;
      }));

  return {
    get state() {
      return keeper.state;
    },
    ready: async () => {
      await keeper.ready();
      return keeper.state;
    },
    subscribe: (listener) => keeper.subscribe(listener),
    register: (input) => signIn(REGISTER, input),
    login: (input) => signIn(LOGIN, input),
    logout: async ({ scope = 'this' } = {}) => {
      const others = scope === 'this' ? 0 : await own<number>(LOGOUT_EVERYWHERE, { keepCurrent: true });
      if (scope === 'others') return others;
      const { grant } = keeper;
      const isNobody = keeper.state.status === 'signed-out';
      keeper.end('signed-out', null);
      if (isNobody && !isCookie) return others;
      await keeper.deliverEnd(isCookie || !grant ? {} : keptOf(grant), grant?.accessToken);
      return others + (grant ? 1 : 0);
    },
    reauthenticate: (password) => prove(REAUTHENTICATE, { password }),
    changePassword: (currentPassword, newPassword) =>
      prove(CHANGE_PASSWORD, { currentPassword, newPassword }),
    getAccessToken: ({ minValidity: seconds, forceRefresh, signal } = {}) => {
      signal?.throwIfAborted();
      const least = seconds === undefined ? undefined : seconds * 1_000;
      const token = keeper
        .ready()
        .then(() => keeper.token(least, forceRefresh && keeper.grant ? keeper.grant : undefined));
      return signal ? unlessAborted(token, signal) : token;
    },
    sessions: {
      list: (listed = {}) => own(MY_SESSIONS, listed),
      revoke: async (id) => (await own(REVOKE_MY_SESSION, { id })) !== null,
    },
    fieldPolicies,
    needsReauthentication: async (coordinate) => {
      const policy = (await fieldPolicies()).find((each) => each.coordinate === coordinate);
      const { grant } = keeper;
      if (!grant || policy?.maxAuthAge == null) return false;
      return platform.now() - grant.authenticatedAt > policy.maxAuthAge * 1_000;
    },
    fetch: authorized,
    request: async (document, variables, requestOptions) => {
      const { status: _status, ...result } = await send(
        String(document),
        variables as object | undefined,
        requestOptions,
      );
      return result as never;
    },
    stepUp,
    dispose: () => {
      live?.stop();
      keeper.dispose();
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    promise.then(resolve, reject);
  });
}
