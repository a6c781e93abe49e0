import { stringifySetCookie } from 'cookie';
import type { CookieKind } from '../../graphql/index.js';
import type { Site } from './site.js';

/** The prefix makes browsers refuse what a subdomain, another path or plain http would plant. */
export function cookieName(kind: CookieKind, { strict }: Site): string {
  return strict ? `__Host-portcullis-${kind}` : `portcullis-${kind}`;
}

/**
 * A Set-Cookie header (RFC 6265, 4.1).
 * @param maxAge seconds; 0 makes a browser drop the cookie
 */
export function cookieLine(kind: CookieKind, site: Site, value: string, maxAge: number): string {
  const { strict: secure } = site;
  const kept = { path: '/', httpOnly: true, secure, sameSite: 'strict' } as const;
  // Browsers from before Max-Age know this alone.
  const expires = maxAge === 0 ? { expires: new Date(0) } : {};
  return stringifySetCookie(cookieName(kind, site), value, { ...kept, ...expires, maxAge });
}

/** All Set-Cookie headers of an answer once it has this one, in place of an earlier one of its name. */
export function withCookie(given: unknown, name: string, line: string): string[] {
  const lines = [given].flat().filter((each) => typeof each === 'string');
  return [...lines.filter((each) => !each.startsWith(`${name}=`)), line];
}
