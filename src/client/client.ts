import type { Account } from './account.js';
import { createAsk, networkError } from './ask.js';
import type { AuthClient } from './auth-client.js';
import { createFetch, originOf } from './fetch.js';
import { keptOf } from './grant.js';
import { createKeeper } from './create-keeper.js';
import { hostPlatform } from './platform.js';
import type { Platform } from './platform.js';
import { tellSignOut } from './sign-out.js';
import { memoryStorage, webStorage } from './storage.js';
import type { AuthClientOptions, Fetch, WebSocketConstructor } from './types.js';
import { openVault } from './vault.js';
import type { Kept } from './vault.js';

/** Milliseconds for an answer about the session itself. */
const ANSWERED_WITHIN = 15_000;

/** A client of the API at an endpoint. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return createClient(options, hostPlatform(options.tabs !== 'off'));
}

/** @param platform where it runs */
export function createClient(options: AuthClientOptions, platform: Platform): AuthClient {
  const { transport = platform.href ? 'cookie' : 'bearer' } = options;
  const isCookie = transport === 'cookie';
  const endpoint = new Request(options.endpoint).url;
  // Looked up at every call: what is wrapped later is used too.
  const request: Fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const credentials = isCookie ? 'include' : 'omit';
  const place = { endpoint, credentials } as const;
  const ask = createAsk({
    ...{ ...place, fetch: request },
    timeout: ANSWERED_WITHIN,
  });
  const storage = options.storage ?? (isCookie ? webStorage() : memoryStorage());
  const name = `portcullis:${endpoint}`;
  const vault = openVault(storage, name);
  const keeper = createKeeper({
    ...{ ask, platform, vault, isCookie },
    isShared: isCookie || storage.shared !== false,
    minValidity: (options.minValidity ?? 10) * 1_000,
    name,
    onUntold: (out) => void signOut(out),
  });
  let isDisposed = false;
  const signOut = (out: Kept, bearer?: string | null) =>
    tellSignOut(
      {
        ask,
        platform,
        vault,
        turn: keeper.turn,
        life: () => isDisposed || keeper.grant || keeper.signOuts,
      },
      out,
      bearer,
    );

  /** What most pages never do is loaded when it is done. */
  let loading: Promise<Account> | undefined;
  const account =
    <Name extends keyof Account>(name: Name) =>
    async (...args: Parameters<Account[Name]>): Promise<Awaited<ReturnType<Account[Name]>>> => {
      loading ??= import('./account.js').then(({ createAccount }) =>
        createAccount({ ask, send, keeper, platform, vault, signOut, isCookie, options }),
      );
      const loaded = await loading.catch((error: unknown) => {
        loading = undefined;
        throw networkError(error);
      });
      return (loaded[name] as (...given: typeof args) => never)(...args);
    };

  const authorized = createFetch({
    stepUpFor: account('stepUpFor'),
    ...{ keeper, fetch: request, credentials },
    origins: new Set([originOf(endpoint), ...(options.origins ?? [])]),
  });
  const send = createAsk({ ...place, fetch: authorized });

  const WebSocket =
    options.webSocketImpl ??
    (globalThis as unknown as { WebSocket?: WebSocketConstructor }).WebSocket;
  let stopLive: (() => void) | undefined;
  if (options.live && WebSocket) {
    const url = (options.liveEndpoint ?? endpoint).replace(/^http/, 'ws');
    // Whoever does without it does not load it.
    void import('./live.js').then(({ Live }) => {
      if (isDisposed) return;
      const live = new Live({ keeper, platform, WebSocket, url });
      stopLive = () => live.stop();
    });
  }

  return {
    get state() {
      return keeper.state;
    },
    ready: async () => {
      await keeper.ready();
      return keeper.state;
    },
    subscribe: (listener) => keeper.subscribe(listener),
    login: account('login'),
    logout: async ({ scope = 'this' } = {}) => {
      const others = scope === 'this' ? 0 : await account('endOthers')();
      if (scope === 'others') return others;
      const { grant, state } = keeper;
      keeper.end('signed-out', null);
      if (state.status !== 'signed-out' || isCookie) {
        const out = isCookie || !grant ? {} : keptOf(grant);
        await vault.write({ out });
        await signOut(out, grant?.accessToken);
      }
      return others + (grant ? 1 : 0);
    },
    getAccessToken: async ({ minValidity, forceRefresh, signal } = {}) => {
      const token = keeper
        .ready()
        .then(() =>
          keeper.token(minValidity && minValidity * 1_000, forceRefresh ? keeper.grant : undefined),
        );
      if (!signal) return token;
      return new Promise((resolve, reject) => {
        const abandon = () => reject(signal.reason as Error);
        if (signal.aborted) abandon();
        signal.addEventListener('abort', abandon);
        token.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
      });
    },
    register: account('register'),
    reauthenticate: account('reauthenticate'),
    changePassword: account('changePassword'),
    sessions: { list: account('list'), revoke: account('revoke') },
    fieldPolicies: account('fieldPolicies'),
    needsReauthentication: account('needsReauthentication'),
    stepUp: account('stepUp'),
    fetch: authorized,
    request: async (document, variables, requestOptions) => {
      const { status: _, ...result } = await send(String(document), variables, requestOptions);
      return result as never;
    },
    dispose: () => {
      isDisposed = true;
      stopLive?.();
      keeper.dispose();
    },
  };
}
