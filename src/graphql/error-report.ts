import type { GraphQLError } from 'graphql';
import { normalise } from '../errors/index.js';

/** What is needed of the log. */
export interface ErrorLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export type ErrorReport = (error: GraphQLError | Error, requestId: string | undefined) => void;

/**
 * Errors that the client is told nothing about are logged whole, under the id that it is told; what is
 * expected of a gate (refusals) is not an error of the server and stays out of the log.
 */
export function createErrorReport(log: ErrorLog): ErrorReport {
  return (error, requestId) => {
    const { extensions } = error as Partial<GraphQLError>;
    const { code } = normalise(error, { message: '', code: extensions?.['code'] }).extensions;
    const cause = (error as Partial<GraphQLError>).originalError ?? error;
    if (code === 'INTERNAL_SERVER_ERROR') {
      if (extensions && requestId !== undefined) extensions['requestId'] = requestId;
      log.error({ requestId, path: pathOf(error), err: cause }, 'unexpected error');
    }
    if (code === 'STORE_UNAVAILABLE' || code === 'AUTH_CHECK_UNAVAILABLE') {
      const facts = { requestId, path: pathOf(error), why: rootCause(cause).message };
      log.warn(facts, 'the store is unavailable');
    }
  };
}

/** An outage is told in a line a request, not in a stack a request. */
function rootCause(error: Error): Error {
  return error.cause instanceof Error ? rootCause(error.cause) : error;
}

function pathOf(error: Error): string | undefined {
  return (error as Partial<GraphQLError>).path?.join('.');
}
