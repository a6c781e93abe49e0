import type { CookieSerializeOptions } from '@fastify/cookie';
import type { CookieKind } from '../../graphql/index.js';
import type { Site } from './site.js';

/** The prefix makes browsers refuse what a subdomain, another path or plain http would plant. */
export function cookieName(kind: CookieKind, { strict }: Site): string {
  return strict ? `__Host-portcullis-${kind}` : `portcullis-${kind}`;
}

export function attributesOf({ strict }: Site): CookieSerializeOptions {
  return { path: '/', httpOnly: true, secure: strict, sameSite: 'strict' };
}
