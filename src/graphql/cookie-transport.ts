import { PortcullisError, badInput } from '../errors/index.js';
import { refresh } from '../services/index.js';
import type { GraphQLContext } from './context.js';
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
  if (!cookies) throw badInput('input.transport', 'A cookie can only be set over HTTP.');
  cookies.assertSafe();
  return cookies;
}

/** The cookies where the caller's session travels by one; undefined: by the body. @throws as `read` */
export function cookiesOfCaller({ cookies, deps, token }: GraphQLContext): Cookies | undefined {
  const presented = cookies?.read('refresh');
  const claim = presented === undefined ? undefined : deps.refreshTokens.parse(presented);
  return claim && claim.sessionId === token?.sessionId ? cookies : undefined;
}

/** The refresh token of the cookie, to be traded in. @throws as `assertSafe` and `read` */
export function cookieToTrade({ cookies }: GraphQLContext): string | undefined {
  cookies?.assertSafe();
  return cookies?.read('refresh');
}

/** The refresh token of the cookie, whose session is to end. A bearer token needs none. @throws as above */
export function cookieToEnd(context: GraphQLContext): string | undefined {
  return context.bearer === undefined ? cookieToTrade(context) : context.cookies?.read('refresh');
}

/** Puts the refresh token where it travels: into the cookie for the rest of the session, or the body. */
export function deliver(
  { deps }: GraphQLContext,
  payload: AuthPayloadModel,
  cookies: Cookies | undefined,
): AuthPayloadModel {
  if (!cookies || payload.refreshToken === null) return payload;
  const rest = payload.session.expiresAt.getTime() - deps.clock.now();
  cookies.setCookie('refresh', payload.refreshToken, Math.max(0, Math.round(rest / 1000)));
  return { ...payload, refreshToken: null };
}

/**
 * Refreshes from the cookie and answers by it. One that is worth nothing is cleared; where the store
 * cannot tell, it stays.
 */
export async function refreshByCookie(context: GraphQLContext): Promise<AuthPayloadModel> {
  const { cookies, deps, origin } = context;
  const token = cookieToTrade(context);
  try {
    return deliver(context, await refresh(deps, token, origin), cookies);
  } catch (error) {
    const rejected = error instanceof PortcullisError && error.code === 'REFRESH_REJECTED';
    if (rejected && token !== undefined) cookies?.clearCookie('refresh');
    throw error;
  }
}

/** Runs what may end the caller's own session; if it did, the session's cookie goes too. */
export async function clearIfEnded<T>(context: GraphQLContext, work: Promise<T>): Promise<T> {
  const result = await work;
  if (context.token && context.deps.denylist.find(context.token) !== undefined) {
    ownCookies(context)?.clearCookie('refresh');
  }
  return result;
}

/** A cookie that may not be looked at is left alone: what was done was not done on its word. */
function ownCookies(context: GraphQLContext): Cookies | undefined {
  try {
    return cookiesOfCaller(context);
  } catch (error) {
    if (error instanceof PortcullisError) return undefined;
    throw error;
  }
}
