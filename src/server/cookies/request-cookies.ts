import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/index.js';
import { PortcullisError, badInput } from '../../errors/index.js';
import type { CookieKind, Cookies } from '../../graphql/index.js';
import { findCookies } from './find.js';
import { isCsrfSafe } from './safety.js';
import { siteOf } from './site.js';
import type { Site } from './site.js';

export type CookieSettings = Pick<Config, 'production' | 'trustProxy' | 'allowedOrigins'>;

/** No browser keeps a longer one. */
const MAX_LENGTH = 4096;

/** Our cookies in one request and on its answer. What a request never uses is never computed. */
export class RequestCookies implements Cookies {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #settings: CookieSettings;
  /** What this request has put on its answer so far, in place of what it brought. */
  readonly #set = new Map<CookieKind, string | undefined>();
  #site: Site | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, settings: CookieSettings) {
    this.#request = request;
    this.#reply = reply;
    this.#settings = settings;
  }

  assertSafe(): void {
    const { origins } = this.#where();
    if (isCsrfSafe(this.#request, origins, this.#settings.allowedOrigins)) return;
    throw new PortcullisError('FORBIDDEN', 'CSRF_REFUSED');
  }

  read(kind: CookieKind): string | undefined {
    if (this.#set.has(kind)) return this.#set.get(kind);
    const name = this.#name(kind);
    const [token, ...others] = findCookies(this.#request.headers.cookie, name);
    if (token === undefined) return undefined;
    this.assertSafe();
    if (others.length > 0) throw badInput('cookie', `There must be one cookie ${name}.`);
    if (token.length > MAX_LENGTH) throw badInput('cookie', `The cookie ${name} is too long.`);
    return token;
  }

  setCookie(kind: CookieKind, token: string, maxAge: number): void {
    this.#set.set(kind, token);
    this.#reply.setCookie(this.#name(kind), token, { ...this.#attributes(), maxAge });
  }

  clearCookie(kind: CookieKind): void {
    this.#set.set(kind, undefined);
    this.#reply.clearCookie(this.#name(kind), this.#attributes());
  }

  #where(): Site {
    return (this.#site ??= siteOf(this.#request, this.#settings));
  }

  /** The prefix makes browsers refuse what a subdomain, another path or plain http would plant. */
  #name(kind: CookieKind): string {
    return this.#where().strict ? `__Host-portcullis-${kind}` : `portcullis-${kind}`;
  }

  #attributes(): CookieSerializeOptions {
    return { path: '/', httpOnly: true, secure: this.#where().strict, sameSite: 'strict' };
  }
}
