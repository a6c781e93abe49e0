import type { Deps } from '../services/index.js';

/** What a cookie may carry: the refresh token, or under scheme `opaque` the session token itself. */
export type CookieKind = 'refresh' | 'session';

/** The cookies of one HTTP request and of its answer, or those that came when a socket was opened. */
export interface Cookies {
  /** Whether the answer can set one: not on a socket, where to set one is BAD_USER_INPUT. */
  readonly canSet: boolean;
  /**
   * For what must not happen unless a page of ours asks for it, whether a cookie came along or not.
   * @throws PortcullisError FORBIDDEN, reason CSRF_REFUSED.
   */
  assertSafe(): void;
  /**
   * The token as it was presented, or as this operation has set it meanwhile; undefined where there is
   * none. One that is there is only looked at in a request that `assertSafe` lets pass.
   * @throws PortcullisError FORBIDDEN, or BAD_USER_INPUT at `cookie` where it is not clear which counts.
   */
  read(kind: CookieKind): string | undefined;
  /** @param maxAge seconds */
  setCookie(kind: CookieKind, token: string, maxAge: number): void;
  clearCookie(kind: CookieKind): void;
}

/** What this server's scheme keeps in a cookie; undefined: a JWT, which ends by itself, is not worth one. */
export function keptKind({ settings: { scheme } }: Deps): CookieKind | undefined {
  if (scheme.token === 'opaque') return 'session';
  return scheme.refresh ? 'refresh' : undefined;
}
