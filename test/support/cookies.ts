import type { AskOptions } from './client.js';
import { post } from './post.js';
import type { RawAnswer } from './post.js';

type CookieOptions = Omit<AskOptions, 'headers'> & {
  /** `name=value`, as the browser would send it. */
  readonly cookie?: string | undefined;
  readonly headers?: readonly (readonly [string, string])[];
};

/** Asks as a browser would that keeps our cookie. */
export function askWithCookie(
  url: string,
  query: string,
  { cookie, token, headers = [], variables, operationName }: CookieOptions = {},
): Promise<RawAnswer> {
  const given: [string, string][] = [];
  if (cookie !== undefined) given.push(['cookie', cookie]);
  if (token !== undefined) given.push(['authorization', `Bearer ${token}`]);
  const body = JSON.stringify({ query, variables, operationName });
  return post(url, body, [...given, ...headers]);
}

export interface CookieSession {
  /** `name=value` */
  readonly cookie: string;
  readonly accessToken: string;
  readonly session: { readonly id: string };
  readonly user: { readonly id: string };
}

const PAYLOAD = '{ accessToken refreshToken session { id expiresAt } user { id } }';
export const REFRESH = `mutation ($t: String) { refresh(refreshToken: $t) ${PAYLOAD} }`;
export const LOGOUT = 'mutation ($t: String) { logout(refreshToken: $t) }';
export const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) ${PAYLOAD} }`;
export const REGISTER = `mutation ($input: RegisterInput!) { register(input: $input) ${PAYLOAD} }`;

/** The cookie that an answer leaves with the browser, as the browser will send it. */
export function cookieOf({ setCookies }: RawAnswer): string {
  const [cookie, ...others] = setCookies;
  if (cookie === undefined || others.length > 0) throw new Error(`not one: ${setCookies.join()}`);
  return cookie.slice(0, cookie.indexOf(';'));
}

/** The token in a cookie. */
export function tokenIn(cookie: string): string {
  return cookie.slice(cookie.indexOf('=') + 1);
}

/** Signs somebody in by cookie; the address is new or known. */
export async function signInByCookie(
  url: string,
  email: string,
  password: string,
  field: 'register' | 'login' = 'register',
): Promise<CookieSession> {
  const query = field === 'login' ? LOGIN : REGISTER;
  const input = { email, password, transport: 'COOKIE' };
  const answer = await askWithCookie(url, query, { variables: { input } });
  const payload = answer.data?.[field] as Omit<CookieSession, 'cookie'> | null | undefined;
  if (!payload) throw new Error(`${field}: ${answer.text}`);
  return { ...payload, cookie: cookieOf(answer) };
}

/** Set-Cookie of a fallback cookie that goes. */
export const CLEARED =
  'portcullis-refresh=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict';
