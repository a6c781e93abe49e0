import type { Config } from '../../config/index.js';
import { PortcullisError } from '../../errors/index.js';
import type { CookieKind, Cookies } from '../../graphql/index.js';
import { findCookie, hasCookie } from './find.js';
import { cookieLine, cookieName } from './form.js';
import { isCsrfSafe } from './safety.js';
import type { Provenance } from './safety.js';
import { siteOf } from './site.js';
import type { Address, Site } from './site.js';

export type CookieSettings = Pick<Config, 'production' | 'trustProxy' | 'allowedOrigins'>;

/** What of a request is looked at. */
export interface CookieRequest extends Provenance, Address {
  readonly headers: Provenance['headers'] & { readonly cookie?: string | undefined };
}

/** Where Set-Cookie headers go; one of the same name takes the place of an earlier one. */
export type PutCookie = (name: string, line: string) => void;

/** Our cookies in one request and on its answer. What a request never uses is never computed. */
export class RequestCookies implements Cookies {
  readonly canSet = true;
  readonly #request: CookieRequest;
  readonly #put: PutCookie;
  readonly #settings: CookieSettings;
  /** What this request has put on its answer so far, in place of what it brought. */
  readonly #set = new Map<CookieKind, string | undefined>();
  #site: Site | undefined;

  constructor(request: CookieRequest, put: PutCookie, settings: CookieSettings) {
    this.#request = request;
    this.#put = put;
    this.#settings = settings;
  }

  assertSafe(): void {
    const { origins } = this.#where();
    if (isCsrfSafe(this.#request, origins, this.#settings.allowedOrigins)) return;
    throw new PortcullisError('FORBIDDEN', 'CSRF_REFUSED');
  }

  read(kind: CookieKind): string | undefined {
    if (this.#set.has(kind)) return this.#set.get(kind);
    const header = this.#request.headers.cookie;
    const name = cookieName(kind, this.#where());
    if (!hasCookie(header, name)) return undefined;
    this.assertSafe();
    return findCookie(header, name);
  }

  setCookie(kind: CookieKind, token: string, maxAge: number): void {
    this.#set.set(kind, token);
    const site = this.#where();
    this.#put(cookieName(kind, site), cookieLine(kind, site, token, maxAge));
  }

  clearCookie(kind: CookieKind): void {
    this.#set.set(kind, undefined);
    const site = this.#where();
    this.#put(cookieName(kind, site), cookieLine(kind, site, '', 0));
  }

  #where(): Site {
    return (this.#site ??= siteOf(this.#request, this.#settings));
  }
}
