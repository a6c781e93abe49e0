/** The ways of invalidating access tokens that a server can be set to. */
export const SCHEME_NAMES = ['refresh', 'stateless', 'checked', 'sliding', 'opaque'] as const;
export type SchemeName = (typeof SCHEME_NAMES)[number];

/** What a scheme settles. Each is the same rule with other numbers; durations in milliseconds. */
export interface SchemeSettings {
  /** What a client presents: a JWT that needs no I/O, or a random token that is looked up. */
  readonly token: 'jwt' | 'opaque';
  /** Whether sign-in also answers a refresh token. */
  readonly refresh: boolean;
  /** Life of an access token where ACCESS_TTL says nothing; `session`: as long as the session. */
  readonly accessTtl: number | 'session';
  /** Bound for plain `@auth` fields; `window` is SLIDING_WINDOW. Absent: unbounded. */
  readonly authMaxStale?: 0 | 'window';
  /** Whether nodes tell each other of revocations. */
  readonly feed: boolean;
  /** Whether a token from before the window is replaced along with an answer. */
  readonly renewal: boolean;
}

const MINUTE = 60_000;

export const SCHEMES = {
  refresh: { token: 'jwt', refresh: true, accessTtl: 5 * MINUTE, feed: true, renewal: false },
  stateless: { token: 'jwt', refresh: false, accessTtl: 60 * MINUTE, feed: false, renewal: false },
  checked: {
    token: 'jwt',
    refresh: true,
    accessTtl: 5 * MINUTE,
    authMaxStale: 0,
    feed: true,
    renewal: false,
  },
  sliding: {
    token: 'jwt',
    refresh: false,
    accessTtl: 'session',
    authMaxStale: 'window',
    feed: false,
    renewal: true,
  },
  opaque: {
    token: 'opaque',
    refresh: false,
    accessTtl: 'session',
    authMaxStale: 0,
    feed: true,
    renewal: false,
  },
} as const satisfies Record<SchemeName, SchemeSettings>;
