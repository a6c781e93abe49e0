import type { Account } from './account.js';
import { ANSWERED_WITHIN, createAsk, errorOf } from './ask.js';
import type { AuthClient } from './auth-client.js';
import { createFetch, originOf } from './fetch.js';
import { keptOf } from './grant.js';
import { createKeeper } from './create-keeper.js';
import type { Live } from './live.js';
import { hostPlatform } from './platform.js';
import type { Platform } from './platform.js';
import { tellSignOut } from './sign-out.js';
import { memoryStorage, webStorage } from './storage.js';
import type { AuthClientOptions, Fetch } from './types.js';
import { openVault } from './vault.js';
import type { Kept } from './vault.js';

/** What a page does now and then is loaded when it is done. */
const LAZY = [
  'login',
  'register',
  'reauthenticate',
  'changePassword',
  'list',
  'revoke',
  'fieldPolicies',
  'needsReauthentication',
  'stepUp',
  'stepUpFor',
  'endOthers',
] as const;

/** A client of the API at an endpoint. */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return createClient(options, hostPlatform(options.tabs !== 'off'));
}

/** @param platform where it runs */
export function createClient(options: AuthClientOptions, platform: Platform): AuthClient {
  const {
    transport = platform.href ? 'cookie' : 'bearer',
    minValidity = 10,
    origins = [],
  } = options;
  const isCookie = transport === 'cookie';
  const { storage = isCookie ? webStorage() : memoryStorage() } = options;
  const endpoint = new Request(options.endpoint).url;
  // Looked up at every call: what is wrapped later is used too.
  const fetch: Fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const credentials = isCookie ? 'include' : 'omit';
  const ask = createAsk({ endpoint, credentials, fetch, timeout: ANSWERED_WITHIN });
  const name = `portcullis:${endpoint}`;
  const vault = openVault(storage, name);
  const keeper = createKeeper({
    ...{ ask, platform, vault, name, isCookie, minValidity },
    isShared: isCookie || storage.shared !== false,
    onUntold: (out) => void signOut(out),
  });
  let isDisposed = false;
  const signOut = (out: Kept, bearer?: string | null) =>
    tellSignOut({ ask, platform, vault, keeper }, out, bearer);

  let loading: Promise<Account> | undefined;
  const account =
    <Name extends keyof Account>(name: Name) =>
    async (...args: Parameters<Account[Name]>): Promise<Awaited<ReturnType<Account[Name]>>> => {
      loading ??= import('./account.js').then(({ createAccount }) =>
        createAccount({ ask, send, keeper, platform, vault, signOut, isCookie, options }),
      );
      const loaded = await loading.catch((error: unknown) => {
        loading = undefined;
        throw errorOf(error as Error);
      });
      return (loaded[name] as (...given: typeof args) => never)(...args);
    };

  const { stepUpFor, endOthers, list, revoke, ...others } = Object.fromEntries(
    LAZY.map((name) => [name, account(name)]),
  ) as unknown as Account;

  const authorized = createFetch({
    ...{ keeper, fetch, credentials, stepUpFor },
    origins: new Set([originOf(endpoint), ...origins]),
  });
  const send = createAsk({ endpoint, credentials, fetch: authorized });

  let live: Live | undefined;
  if (options.live) {
    // Whoever does without it does not load it.
    void import('./live.js').then(({ Live }) => {
      if (!isDisposed) live = new Live({ keeper, platform, endpoint, options });
    });
  }

  return {
    ...others,
    get state() {
      return keeper.state;
    },
    ready: keeper.ready,
    subscribe: keeper.subscribe,
    logout: async ({ scope = 'this' } = {}) => {
      const ended = scope === 'this' ? 0 : await endOthers();
      if (scope === 'others') return ended;
      const { grant } = keeper;
      const kept = vault.read();
      keeper.end(null);
      const out: Kept | null = isCookie ? {} : grant ? keptOf(grant) : await kept;
      if (out && !out.out) {
        await vault.write({ out });
        await signOut(out, grant?.accessToken);
      }
      return ended + (grant ? 1 : 0);
    },
    getAccessToken: ({ minValidity, forceRefresh, signal } = {}) =>
      new Promise((resolve, reject) => {
        const abandon = () => reject(signal?.reason as Error);
        if (signal?.aborted) abandon();
        signal?.addEventListener('abort', abandon);
        keeper
          .token(minValidity, forceRefresh)
          .then(resolve, reject)
          .finally(() => signal?.removeEventListener('abort', abandon));
      }),
    sessions: { list, revoke },
    fetch: authorized,
    request: async (document, variables, requestOptions) => {
      const { status: _, ...result } = await send(String(document), variables, requestOptions);
      return result as never;
    },
    dispose: () => {
      isDisposed = true;
      live?.stop();
      keeper.dispose();
    },
  };
}
