import { PortcullisError } from './portcullis-error.js';
import type { ErrorExtensions } from './portcullis-error.js';

export interface NormalisedError {
  readonly message: string;
  readonly extensions: ErrorExtensions;
}

/** Codes of GraphQL servers for a document or request that is itself invalid. */
const INVALID_REQUEST: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    GRAPHQL_PARSE_FAILED: 'query',
    GRAPHQL_VALIDATION_FAILED: 'query',
    OPERATION_RESOLUTION_FAILURE: 'operationName',
    PERSISTED_QUERY_NOT_FOUND: 'extensions.persistedQuery',
    PERSISTED_QUERY_NOT_SUPPORTED: 'extensions.persistedQuery',
    BAD_REQUEST: 'request',
    BAD_USER_INPUT: 'variables',
  }),
);

/** The PortcullisError behind an error, however often a GraphQL server wrapped it. */
export function findPortcullisError(error: unknown): PortcullisError | undefined {
  for (let depth = 0, at = error; depth < 8 && at instanceof Error; depth += 1) {
    if (at instanceof PortcullisError) return at;
    at = (at as { originalError?: unknown }).originalError;
  }
  return undefined;
}

/**
 * The one door through which errors leave the process: a contract code with its message, or
 * INTERNAL_SERVER_ERROR with neither the message nor the stack of what happened.
 */
export function normalise(
  error: unknown,
  server: { readonly message: string; readonly code: unknown; readonly requestId?: unknown },
): NormalisedError {
  const ours = findPortcullisError(error);
  if (ours) return { message: ours.message, extensions: ours.extensions };
  const reason = INVALID_REQUEST.get(server.code);
  if (reason !== undefined && !wrapsForeignError(error)) {
    return { message: server.message, extensions: { code: 'BAD_USER_INPUT', reason } };
  }
  const requestId = typeof server.requestId === 'string' ? { requestId: server.requestId } : {};
  return {
    message: 'Internal server error',
    extensions: { code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL', ...requestId },
  };
}

/** A resolver's own error that merely carries one of those codes says nothing that may leave. */
function wrapsForeignError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const original = (error as { originalError?: unknown }).originalError;
  return original instanceof Error && original.constructor.name !== 'GraphQLError';
}
