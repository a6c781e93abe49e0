import type { Code } from '../errors/codes.js';
import { AuthError } from './types.js';
import type { Fetch, GraphQLFailure, GraphQLResult } from './types.js';

export interface Answer<Data = Record<string, unknown>> extends GraphQLResult<Data> {
  readonly status: number;
}

export interface AskOptions {
  readonly accessToken?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The page may go meanwhile. */
  readonly keepalive?: boolean;
}

/** Asks the API one thing. @throws AuthError NETWORK */
export type Ask = (
  document: string,
  variables?: Readonly<Record<string, unknown>>,
  options?: AskOptions,
) => Promise<Answer>;

export function networkError(error: unknown): AuthError {
  return new AuthError('NETWORK', 'NETWORK', error instanceof Error ? error.message : 'no answer');
}

export interface AskSettings {
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly credentials: RequestCredentials;
  /** Ends a wait that has become too long. Default: however long it takes. */
  readonly setTimeout?: (work: () => void) => () => void;
}

export function createAsk({ endpoint, fetch, credentials, setTimeout }: AskSettings): Ask {
  return async (query, variables, { accessToken, signal: ended, keepalive } = {}) => {
    const abort = new AbortController();
    const end = () => abort.abort();
    ended?.addEventListener('abort', end);
    const cancel = setTimeout?.(end);
    try {
      ended?.throwIfAborted();
      const response = await fetch(endpoint, {
        method: 'POST',
        credentials,
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
        signal: abort.signal,
        ...(keepalive && { keepalive }),
      });
      // A proxy's page of errors is no answer of the API's.
      return { status: response.status, ...((await response.json()) as GraphQLResult) };
    } catch (error) {
      throw networkError(error);
    } finally {
      cancel?.();
      ended?.removeEventListener('abort', end);
    }
  };
}

/** @throws AuthError */
export function failed({ message, extensions = {} }: GraphQLFailure): never {
  const { code, reason, retryAfter } = extensions as {
    code?: Code;
    reason?: string;
    retryAfter?: number;
  };
  throw new AuthError(code ?? 'INTERNAL_SERVER_ERROR', reason ?? 'INTERNAL', message, retryAfter);
}

/** What a field answered. @throws AuthError */
export function valueOf<T>({ data, errors }: GraphQLResult, field: string): T {
  const value = data?.[field];
  if (value == null) {
    const [error] = errors ?? [];
    if (error) failed(error);
  }
  return value as T;
}
