import { PortcullisError } from '../errors/index.js';
import { logOut, refresh } from '../services/index.js';
import type { GraphQLContext } from './context.js';
import { cookiesOfCaller, deliver } from './cookie-transport.js';
import { keptKind } from './cookies.js';
import type { AuthPayloadModel } from './models.js';

/** The refresh token of the cookie. @throws as `assertSafe` and `read` */
export function cookieToTrade({ cookies }: GraphQLContext): string | undefined {
  cookies?.assertSafe();
  return cookies?.read('refresh');
}

/** The token of the cookie whose session is to end. One with a bearer token may do without. @throws as above */
export function cookieToEnd({ cookies, bearer, deps }: GraphQLContext): string | undefined {
  if (bearer === undefined) cookies?.assertSafe();
  const kind = keptKind(deps);
  return kind && cookies?.read(kind);
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

/** Ends the sessions of the cookie and of the bearer token, and clears the cookie once they are over. */
export async function logOutByCookie(context: GraphQLContext): Promise<true> {
  const { cookies, deps, origin, bearer } = context;
  const kind = keptKind(deps);
  const token = cookieToEnd(context);
  const accessTokens = [bearer, kind === 'session' ? token : undefined];
  await logOut(
    deps,
    {
      refreshToken: kind === 'refresh' ? token : undefined,
      accessTokens: accessTokens.filter((each) => each !== undefined),
    },
    origin,
  );
  if (kind && token !== undefined) cookies?.clearCookie(kind);
  return true;
}

/** Runs what may end the caller's own session; if it did, the session's cookie goes too. */
export async function clearIfEnded<T>(context: GraphQLContext, work: Promise<T>): Promise<T> {
  const result = await work;
  const { token, deps } = context;
  const kind = keptKind(deps);
  if (kind && token && deps.denylist.find(token) !== undefined) {
    try {
      cookiesOfCaller(context)?.clearCookie(kind);
    } catch (error) {
      // A cookie that may not be looked at is left alone: what was done was not done on its word.
      if (!(error instanceof PortcullisError)) throw error;
    }
  }
  return result;
}
