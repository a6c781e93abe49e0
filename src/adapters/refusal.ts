import { GraphQLError } from 'graphql';
import type { PortcullisError } from '../errors/index.js';

/** An operation that is refused as a whole: no `data`, so that a client may always retry. */
export interface Refusal {
  readonly error: PortcullisError;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 6750, 3 and RFC 9470, 3: what the client lacks, for those who do not read GraphQL. */
function challenge({ reason, extensions }: PortcullisError): string {
  const realm = 'Bearer realm="portcullis"';
  switch (reason) {
    case 'NO_TOKEN':
      return realm;
    case 'SCOPE_MISSING':
      return `${realm}, error="insufficient_scope"`;
    case 'REAUTHENTICATION_REQUIRED':
      return `${realm}, error="insufficient_user_authentication", max_age=${extensions.maxAuthAge ?? 0}`;
    default:
      return `${realm}, error="invalid_token"`;
  }
}

/** How HTTP says why an operation was refused. */
export function refusalFor(error: PortcullisError): Refusal {
  if (error.code === 'RATE_LIMITED') {
    const retryAfter = String(error.extensions.retryAfter ?? 1);
    return { error, status: 429, headers: { 'retry-after': retryAfter } };
  }
  // No credential that a client could add would help here, so none is asked for.
  if (error.code === 'BAD_USER_INPUT') return { error, status: 400, headers: {} };
  if (error.reason === 'CSRF_REFUSED') return { error, status: 403, headers: {} };
  const status = error.code === 'FORBIDDEN' ? 403 : 401;
  return { error, status, headers: { 'www-authenticate': challenge(error) } };
}

/** For servers that read `extensions.http`, and take it out of what they send. */
export function refusedOverHttp(
  { error, status, headers }: Refusal,
  asHeaders: (headers: Refusal['headers']) => Record<string, string> = (plain) => ({ ...plain }),
): GraphQLError {
  const http = { status, headers: asHeaders(headers) };
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http },
  });
}
