import type { FastifyRequest } from 'fastify';
import { badInput } from '../../errors/index.js';
import type { CookieKind, Cookies } from '../../graphql/index.js';
import { findCookie } from './find.js';
import { cookieName } from './form.js';
import type { CookieSettings } from './request-cookies.js';
import { siteOf } from './site.js';

/**
 * What a page brought along when it opened a socket. Pages of others were refused there. No answer on a
 * socket can set a cookie, so one that is traded for another, as the refresh token is, does not count.
 */
export class HandshakeCookies implements Cookies {
  readonly canSet = false;
  readonly #header: string | undefined;
  readonly #name: string;

  constructor(request: FastifyRequest, settings: CookieSettings) {
    this.#header = request.headers.cookie;
    this.#name = cookieName('session', siteOf(request, settings));
  }

  assertSafe(): void {
    // The wall was at the handshake.
  }

  read(kind: CookieKind): string | undefined {
    return kind === 'session' ? findCookie(this.#header, this.#name) : undefined;
  }

  setCookie(): never {
    throw badInput('cookie', 'A cookie can only be set over HTTP.');
  }

  clearCookie(): void {
    // The next request by HTTP does it.
  }
}
