/** What clients switch on: `extensions.code`. Coarse, stable. */
export const CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'AUTH_CHECK_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'INVALID_CREDENTIALS',
  'ACCOUNT_DISABLED',
  'REFRESH_REJECTED',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'INTERNAL_SERVER_ERROR',
] as const;
export type Code = (typeof CODES)[number];

/**
 * What clients may show or act upon: `extensions.reason`. Under `BAD_USER_INPUT` the reason is the
 * path of the input instead, such as `input.email`.
 */
export const REASONS = [
  'NO_TOKEN',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'SESSION_REVOKED',
  'SESSION_EXPIRED',
  'ACCOUNT_DISABLED',
  'SCOPE_MISSING',
  'REAUTHENTICATION_REQUIRED',
  'CONDITION_NOT_MET',
  'REGISTRATION_CLOSED',
  'CSRF_REFUSED',
  'STORE_UNAVAILABLE',
  'INVALID_CREDENTIALS',
  'REFRESH_INVALID',
  'REFRESH_REUSED',
  'TOO_MANY_ATTEMPTS',
  'INTERNAL',
] as const;
export type Reason = (typeof REASONS)[number];

/** Each code with the reasons that it comes with, as in the README's table. */
export type ReasonOf = {
  UNAUTHENTICATED:
    | 'NO_TOKEN'
    | 'TOKEN_INVALID'
    | 'TOKEN_EXPIRED'
    | 'SESSION_REVOKED'
    | 'SESSION_EXPIRED'
    | 'ACCOUNT_DISABLED';
  FORBIDDEN:
    | 'SCOPE_MISSING'
    | 'REAUTHENTICATION_REQUIRED'
    | 'CONDITION_NOT_MET'
    | 'REGISTRATION_CLOSED'
    | 'CSRF_REFUSED';
  AUTH_CHECK_UNAVAILABLE: 'STORE_UNAVAILABLE';
  STORE_UNAVAILABLE: 'STORE_UNAVAILABLE';
  INVALID_CREDENTIALS: 'INVALID_CREDENTIALS';
  ACCOUNT_DISABLED: 'ACCOUNT_DISABLED';
  REFRESH_REJECTED:
    | 'REFRESH_INVALID'
    | 'REFRESH_REUSED'
    | 'SESSION_REVOKED'
    | 'SESSION_EXPIRED'
    | 'ACCOUNT_DISABLED';
  RATE_LIMITED: 'TOO_MANY_ATTEMPTS';
  /** The path of the input. */
  BAD_USER_INPUT: string;
  INTERNAL_SERVER_ERROR: 'INTERNAL';
};
