import type { AuthEventType, AuthSession, AuthUser, EndReason } from './types.js';

/** Tokens as the server hands them out. */
export interface Payload {
  readonly accessToken: string | null;
  readonly accessTokenExpiresAt: string;
  readonly expiresIn: number;
  readonly refreshToken: string | null;
  readonly session: AuthSession;
  readonly user: AuthUser;
}

/** What is known of a sign-in. */
export interface Grant {
  /** Null where a cookie carries it. */
  readonly accessToken: string | null;
  /** Null where a cookie carries it, or where there is none. */
  readonly refreshToken: string | null;
  readonly isRenewable: boolean;
  /** By the server's clock, in milliseconds: which of two is newer, and nothing else. */
  readonly issuedAt: number;
  /** By the monotonic clock of this tab, in milliseconds. */
  readonly expiresAt: number;
  /** By the same: when the password was last entered. */
  readonly authenticatedAt: number;
  readonly session: AuthSession;
  readonly user: AuthUser;
}

/** @param isCookie whether a refresh token may be in one; @param now monotonic */
export function grantOf(payload: Payload, isCookie: boolean, now: number): Grant {
  const { accessToken, refreshToken, expiresIn, session, user } = payload;
  const issuedAt = Date.parse(payload.accessTokenExpiresAt) - expiresIn * 1_000;
  return {
    ...{ accessToken, refreshToken, session, user, issuedAt },
    isRenewable: refreshToken !== null || (isCookie && accessToken !== null),
    expiresAt: now + expiresIn * 1_000,
    authenticatedAt: now - Math.max(0, issuedAt - Date.parse(session.authenticatedAt)),
  };
}

/** Of a JWT: from its issue, in milliseconds. Undefined where it is none. */
export function lifetimeOf(accessToken: string): number | undefined {
  try {
    const [, claims = ''] = accessToken.split('.');
    const { exp, iat } = JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/'))) as {
      exp: number;
      iat: number;
    };
    return (exp - iat) * 1_000;
  } catch {
    return undefined;
  }
}

/** The words of the server after which there is nothing more to hope for, and what they are told as. */
const ENDS: Readonly<Partial<Record<string, AuthEventType>>> = {
  SESSION_REVOKED: 'revoked',
  REFRESH_REUSED: 'revoked',
  ACCOUNT_DISABLED: 'disabled',
  SESSION_EXPIRED: 'signed-out',
  REFRESH_INVALID: 'signed-out',
  NO_TOKEN: 'signed-out',
  TOKEN_EXPIRED: 'signed-out',
  TOKEN_INVALID: 'signed-out',
};

export function toldAs(reason: EndReason): AuthEventType {
  return ENDS[reason] ?? 'signed-out';
}

/** Whether an error of an operation says that the session of its token is over. */
export function endOf(extensions: Readonly<Record<string, unknown>> = {}): EndReason | undefined {
  const { code, reason } = extensions;
  const isWord =
    code === 'REFRESH_REJECTED' ||
    (code === 'UNAUTHENTICATED' &&
      (reason === 'SESSION_REVOKED' || reason === 'SESSION_EXPIRED' || reason === 'ACCOUNT_DISABLED'));
  return isWord ? (reason as EndReason) : undefined;
}
