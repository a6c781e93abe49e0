import { GraphQLError } from 'graphql';
import type { Code, Reason, ReasonOf } from './codes.js';

/** What a client reads in `extensions`. */
export interface ErrorExtensions {
  readonly code: Code;
  readonly reason: string;
  /** The same request may succeed later; nothing was decided. */
  readonly retryable?: true;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number;
  /** Seconds since the last password entry that the field allows (RFC 9470 `max_age`). */
  readonly maxAuthAge?: number;
  /** Finds the line in the server's log. */
  readonly requestId?: string;
}

type Details = Omit<ErrorExtensions, 'code' | 'reason'> & {
  readonly message?: string;
  /** Kept for the log; never sent. */
  readonly cause?: unknown;
};

const MESSAGES: Readonly<Partial<Record<string, string>>> & Record<Reason, string> = {
  NO_TOKEN: 'Sign in to ask this.',
  TOKEN_INVALID: 'The access token is not valid.',
  TOKEN_EXPIRED: 'The access token has expired.',
  SESSION_REVOKED: 'This session has ended.',
  SESSION_EXPIRED: 'This session has expired.',
  ACCOUNT_DISABLED: 'This account is disabled.',
  SCOPE_MISSING: 'This needs a scope that the caller does not have.',
  REAUTHENTICATION_REQUIRED: 'Enter the password again to do this.',
  CONDITION_NOT_MET: 'This is not for the caller.',
  REGISTRATION_CLOSED: 'Registration is closed.',
  CSRF_REFUSED: 'Another site could have made this request, so no cookie counts in it.',
  STORE_UNAVAILABLE: 'The session store cannot answer right now. Try again.',
  INVALID_CREDENTIALS: 'The e-mail address or the password is wrong.',
  REFRESH_INVALID: 'The refresh token is not valid.',
  REFRESH_REUSED: 'The refresh token was used before, so its session was ended.',
  TOO_MANY_ATTEMPTS: 'Too many attempts. Wait and try again.',
  INTERNAL: 'Internal server error',
};

/**
 * The one error that crosses module borders; its `extensions` are what the client sees. A GraphQLError,
 * since there are servers that mask whatever is none.
 */
export class PortcullisError<C extends Code = Code> extends GraphQLError {
  readonly code: C;
  readonly reason: ReasonOf[C];
  override readonly extensions: ErrorExtensions & Record<string, unknown>;

  constructor(code: C, reason: ReasonOf[C], details: Details = {}) {
    const { message, cause, ...extra } = details;
    super(message ?? MESSAGES[reason] ?? 'The input is not valid.');
    this.name = 'PortcullisError';
    if (cause !== undefined) this.cause = cause;
    this.code = code;
    this.reason = reason;
    this.extensions = { code, reason, ...extra };
  }
}

/** Input that the caller can mend. `path` names it, such as `input.email`. */
export function badInput(path: string, message: string): PortcullisError<'BAD_USER_INPUT'> {
  return new PortcullisError('BAD_USER_INPUT', path, { message });
}

/** The store did not answer: nothing was decided and the caller may try again. */
export function storeUnavailable(cause?: unknown): PortcullisError<'STORE_UNAVAILABLE'> {
  return new PortcullisError('STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', { retryable: true, cause });
}
