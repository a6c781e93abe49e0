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
export type Ask = (document: string, variables?: object, options?: AskOptions) => Promise<Answer>;

/** What the server refused; without its word `NETWORK`. */
export function errorOf(failure: Partial<GraphQLFailure> = {}): AuthError {
  const known = failure.extensions as Partial<AuthError> | undefined;
  const { code = 'NETWORK', reason = code, retryAfter } = known ?? {};
  return new AuthError(code, reason, failure.message ?? reason, retryAfter);
}

/** Milliseconds for an answer about the session itself. */
export const ANSWERED_WITHIN = 15_000;

export interface AskSettings {
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly credentials: RequestCredentials;
  /** Milliseconds after which a wait without a signal has become too long. Default: however long it takes. */
  readonly timeout?: number;
}

export function createAsk({ endpoint, fetch, credentials, timeout }: AskSettings): Ask {
  return async (query, variables, { accessToken, signal, keepalive } = {}) => {
    try {
      const response = await fetch(endpoint, {
        ...{
          method: 'POST',
          credentials,
          keepalive: keepalive as boolean,
          signal: (signal ?? (timeout && within(timeout))) as AbortSignal,
        },
        headers: {
          'content-type': 'application/json',
          ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      // A proxy's page of errors is no answer of the API's.
      return { ...((await response.json()) as GraphQLResult), status: response.status };
    } catch (error) {
      throw errorOf(error as Error);
    }
  };
}

/** Undefined where there is no such thing, as in React Native. */
export function within(ms: number): AbortSignal | undefined {
  return (AbortSignal as Partial<typeof AbortSignal>).timeout?.(ms);
}

/** What a field answered. @throws AuthError where it is nothing, and that was not the answer */
export function valueOf({ data, errors = [] }: GraphQLResult, field: string): unknown {
  const value = data?.[field];
  if (value === undefined || (value === null && errors[0])) throw errorOf(errors[0]);
  return value;
}
