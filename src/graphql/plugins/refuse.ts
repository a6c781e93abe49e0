import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { PortcullisError } from '../../errors/index.js';

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

/** Refuses the whole operation, before anything runs: no `data`, so that a client may always retry. */
export function refuseOperation(error: PortcullisError): GraphQLError {
  const headers = new HeaderMap();
  if (error.code === 'RATE_LIMITED') {
    headers.set('retry-after', String(error.extensions.retryAfter ?? 1));
    return asHttp(error, 429, headers);
  }
  // No credential that a client could add would help here, so none is asked for.
  if (error.code === 'BAD_USER_INPUT') return asHttp(error, 400, headers);
  if (error.reason === 'CSRF_REFUSED') return asHttp(error, 403, headers);
  headers.set('www-authenticate', challenge(error));
  return asHttp(error, error.code === 'FORBIDDEN' ? 403 : 401, headers);
}

export function asHttp(error: PortcullisError, status: number, headers: HeaderMap): GraphQLError {
  const extensions = { ...error.extensions, http: { status, headers } };
  return new GraphQLError(error.message, { originalError: error, extensions });
}
