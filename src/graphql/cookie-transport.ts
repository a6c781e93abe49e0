import { badInput } from '../errors/index.js';
import type { SignedIn } from '../services/index.js';
import { parseOpaqueToken } from '../tokens/index.js';
import type { GraphQLContext } from './context.js';
import { keptKind } from './cookies.js';
import type { Cookies } from './cookies.js';
import type { TokenTransport } from './generated/resolvers.js';
import type { AuthPayloadModel } from './models.js';

/**
 * The cookies that the tokens of a sign-in go into; undefined: they go into the body.
 * @throws PortcullisError CSRF_REFUSED, since another site must not plant its own session here;
 * BAD_USER_INPUT where no answer can set a cookie.
 */
export function cookiesForSignIn(
  { cookies }: GraphQLContext,
  transport: TokenTransport | undefined,
): Cookies | undefined {
  if (transport !== 'COOKIE') return undefined;
  if (!cookies?.canSet) throw badInput('input.transport', 'A cookie can only be set over HTTP.');
  cookies.assertSafe();
  return cookies;
}

/**
 * The cookies where the caller's session travels by one; undefined: by the body.
 * @throws as `read`, and BAD_USER_INPUT where its next token could not travel that way.
 */
export function cookiesOfCaller({ cookies, deps, token }: GraphQLContext): Cookies | undefined {
  const kind = keptKind(deps);
  const presented = kind && cookies?.read(kind);
  if (presented === undefined || !token) return undefined;
  // What the cookie says of itself will do: at worst its own session gets its token by cookie.
  const claim =
    kind === 'session' ? parseOpaqueToken(presented) : deps.refreshTokens.parse(presented);
  if (claim?.sessionId !== token.sessionId) return undefined;
  if (!cookies?.canSet) throw badInput('cookie', 'A cookie can only be set over HTTP.');
  return cookies;
}

/** Puts the token that keeps the session where it travels: into the cookie, or with the rest into the body. */
export function deliver(
  { deps }: GraphQLContext,
  signedIn: SignedIn,
  cookies: Cookies | undefined,
): AuthPayloadModel {
  const kind = keptKind(deps);
  const { accessToken, refreshToken, session } = signedIn;
  const secondsUntil = (end: number) => Math.max(0, Math.round((end - deps.clock.now()) / 1_000));
  if (cookies && kind === 'session') {
    // Its use moves the end of a session, and no answer to that sets the cookie anew: one that comes
    // late would put an old token in the place of a new one. So it stays for as long as any use could.
    const latest = session.createdAt.getTime() + deps.settings.sessionMaxTtl;
    cookies.setCookie('session', accessToken, secondsUntil(latest));
    return { ...signedIn, accessToken: null };
  }
  if (cookies && refreshToken !== null) {
    cookies.setCookie('refresh', refreshToken, secondsUntil(session.expiresAt.getTime()));
    return { ...signedIn, refreshToken: null };
  }
  return signedIn;
}
