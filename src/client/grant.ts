import type { AuthEventType, AuthSession, AuthUser, EndReason, GraphQLResult } from './types.js';
import type { Kept } from './vault.js';

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
  /** Milliseconds from issue to expiry. */
  readonly life: number;
  readonly session: AuthSession;
  readonly user: AuthUser;
}

/** @param isCookie whether a refresh token may be in one; @param now monotonic */
export function grantOf(payload: Payload, isCookie: boolean, now: number): Grant {
  const life = payload.expiresIn * 1_000;
  return {
    ...payload,
    life,
    isRenewable: payload.refreshToken !== null || (isCookie && payload.accessToken !== null),
    issuedAt: Date.parse(payload.accessTokenExpiresAt) - life,
    expiresAt: now + life,
  };
}

/** What is kept of it between page loads. */
export function keptOf({ refreshToken, accessToken }: Grant): Kept {
  return refreshToken === null ? { accessToken } : { refreshToken };
}

/** What an end is told as. */
export function toldAs(reason: EndReason | null): AuthEventType {
  if (/REVOKED|REUSED/.test(String(reason))) return 'revoked';
  return reason === 'ACCOUNT_DISABLED' ? 'disabled' : 'signed-out';
}

/** The word of the server after which there is nothing more to hope for: why the session is over. */
export function reasonOf(errors: GraphQLResult['errors']): EndReason | undefined {
  const found = errors?.find(({ extensions: { code, reason } = {} }) =>
    code === 'UNAUTHENTICATED'
      ? /^(SESSION_|ACCOUNT_)/.test(String(reason))
      : code === 'REFRESH_REJECTED',
  );
  return found?.extensions?.['reason'] as EndReason | undefined;
}
