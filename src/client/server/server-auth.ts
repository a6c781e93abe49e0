import { reasonOf } from '../grant.js';
import type { Payload } from '../grant.js';
import { REFRESH } from '../operations.js';
import type { EndReason, Fetch, GraphQLResult } from '../types.js';
import { afterwards, cookieHeader, cookiesOf, headerOf } from './cookies.js';
import { sessionOfAccess, sessionOfRefresh } from './session-ids.js';
import type { Cookie, RequestHeaders } from './cookies.js';

export interface ServerAuthOptions {
  /** The URL of the GraphQL API, as it is reached from here. */
  readonly endpoint: string;
  /** Seconds for which a token that is read is still good at least. Default 10. */
  readonly minValidity?: number;
  /** What goes along to the API beside their user agent, such as the address of whoever asks. */
  readonly headers?: (request: PageRequest) => Readonly<Record<string, string>>;
  readonly fetch?: Fetch;
}

/** A request for a page: the standard's, or Node's. */
export interface PageRequest {
  readonly headers: RequestHeaders;
}

/** Who asks for a page, as far as their cookies tell. The API alone decides what they are given. */
export interface PageSession {
  /** `unknown`: a new access token is wanted, and could not be had yet; nobody is signed out by that. */
  readonly status: 'signed-in' | 'signed-out' | 'unknown';
  /** Null where nobody is signed in, and where a cookie is the token (scheme `opaque`). */
  readonly accessToken: string | null;
  /** For what is asked of the API in their name. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RefreshedSession extends PageSession {
  /** Why the session is over, where the server has said so now. */
  readonly reason: EndReason | null;
  /** Each for a `set-cookie` header of its own. An answer that has any is nobody else's: `no-store`. */
  readonly setCookies: readonly string[];
  /** The `cookie` header of what the browser asks next: give it to what renders this page. */
  readonly cookie: string;
}

/** For servers that render pages (SSR) of whoever is signed in by cookie. */
export interface ServerAuth {
  /** By the cookies alone: asks nobody, changes nothing, never fails. */
  read(request: PageRequest): PageSession;
  /**
   * As `read`, and has a new access token handed out where there is none that is good for long enough. Only
   * where the answer can still set cookies: the refresh token is another one afterwards.
   */
  refreshIfNeeded(request: PageRequest): Promise<RefreshedSession>;
}

/** What the browser keeps for us: whoever logs out or signs in as another takes the cookie beside it away. */
const ACCESS = 'portcullis-access';
const OURS = /^(?:__Host-)?portcullis-(refresh|session)$/;
/** Milliseconds for an answer about the session itself. */
const ANSWERED_WITHIN = 15_000;

const NOBODY: PageSession = { status: 'signed-out', accessToken: null, headers: {} };

const isOurs = ([name]: Cookie): boolean => OURS.test(name);
const isAccess = ([name]: Cookie): boolean => name === ACCESS || name === `__Host-${ACCESS}`;

function signedIn(accessToken: string): PageSession {
  return { status: 'signed-in', accessToken, headers: { authorization: `Bearer ${accessToken}` } };
}

function readCookies(cookies: readonly Cookie[]): PageSession {
  const ours = cookies.filter(isOurs);
  if (ours.length === 0) return NOBODY;
  const session = ours.filter(([name]) => name.endsWith('session'));
  if (session.length > 0) {
    return { status: 'signed-in', accessToken: null, headers: { cookie: cookieHeader(session) } };
  }
  const sessions = new Set(ours.map(([, value]) => sessionOfRefresh(value)));
  // One left behind by whoever was signed in before is not theirs who are now.
  const found = cookies.find((each) => isAccess(each) && sessions.has(sessionOfAccess(each[1])));
  return found ? signedIn(found[1]) : { ...NOBODY, status: 'unknown' };
}

/** @throws TypeError where the endpoint is no absolute URL */
export function createServerAuth(options: ServerAuthOptions): ServerAuth {
  const { minValidity = 10 } = options;
  const endpoint = new URL(options.endpoint).href;
  const ask: Fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  /** By refresh token: a browser asks for several pages at once. */
  const underWay = new Map<string, Promise<Omit<RefreshedSession, 'cookie'>>>();

  const refresh = async (request: PageRequest, cookies: readonly Cookie[], cookie: string) => {
    const unknown = { ...NOBODY, status: 'unknown', reason: null, setCookies: [] } as const;
    try {
      const response = await ask(endpoint, {
        method: 'POST',
        headers: {
          ...userAgentOf(request),
          ...options.headers?.(request),
          ...{ 'content-type': 'application/json', cookie },
        },
        body: JSON.stringify({ query: REFRESH[1] }),
        signal: AbortSignal.timeout(ANSWERED_WITHIN),
      });
      const { data, errors } = (await response.json()) as GraphQLResult;
      const setCookies = response.headers.getSetCookie();
      const payload = data?.['refresh'] as Payload | null | undefined;
      const life = (payload?.expiresIn ?? 0) - minValidity;
      const token = payload?.accessToken;
      if (token) {
        const name = setCookies.some((each) => each.startsWith('__Host-'))
          ? `__Host-${ACCESS}`
          : ACCESS;
        if (life > 0) setCookies.push(accessCookie(name, token, life));
        return { ...signedIn(token), reason: null, setCookies };
      }
      const reason = reasonOf(errors);
      if (!reason) return unknown;
      return { ...NOBODY, reason, setCookies: [...setCookies, ...forgetting(cookies)] };
    } catch {
      return unknown;
    }
  };

  return {
    read: ({ headers }) => readCookies(cookiesOf(headerOf(headers, 'cookie'))),
    refreshIfNeeded: async (request) => {
      const cookies = cookiesOf(headerOf(request.headers, 'cookie'));
      const known = readCookies(cookies);
      const result = (answer: Omit<RefreshedSession, 'cookie'>) => ({
        ...answer,
        cookie: cookieHeader(afterwards(cookies, answer.setCookies)),
      });
      if (known.status !== 'unknown') {
        const setCookies = known.status === 'signed-out' ? forgetting(cookies) : [];
        return result({ ...known, reason: null, setCookies });
      }
      const cookie = cookieHeader(cookies.filter(isOurs));
      let answer = underWay.get(cookie);
      if (!answer) {
        answer = refresh(request, cookies, cookie).finally(() => underWay.delete(cookie));
        underWay.set(cookie, answer);
      }
      return result(await answer);
    },
  };
}

function userAgentOf({ headers }: PageRequest): Readonly<Record<string, string>> {
  const found = headerOf(headers, 'user-agent');
  return found ? { 'user-agent': found } : {};
}

function accessCookie(name: string, token: string, maxAge: number): string {
  const secure = name === ACCESS ? '' : '; Secure';
  return `${name}=${token}; Max-Age=${maxAge}; Path=/; HttpOnly${secure}; SameSite=Strict`;
}

const forgetting = (cookies: readonly Cookie[]): readonly string[] =>
  cookies.filter(isAccess).map(([name]) => accessCookie(name, '', 0));
