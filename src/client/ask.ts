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
export type Ask = (document: string, variables?: object, options?: AskOptions) => Promise<Answer>;

export function networkError(error?: unknown): AuthError {
  return new AuthError('NETWORK', 'NETWORK', (error as Error | undefined)?.message ?? 'no answer');
}

export interface AskSettings {
  readonly endpoint: string;
  readonly fetch: Fetch;
  readonly credentials: RequestCredentials;
  /** Milliseconds after which a wait has become too long. Default: however long it takes. */
  readonly timeout?: number;
}

export function createAsk({ endpoint, fetch, credentials, timeout }: AskSettings): Ask {
  return async (query, variables, { accessToken, signal, keepalive = false } = {}) => {
    try {
      const bounded = timeout === undefined ? undefined : within(timeout);
      const response = await fetch(endpoint, {
        ...{ method: 'POST', credentials, keepalive, signal: either(signal, bounded) },
        headers: {
          'content-type': 'application/json',
          ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      // A proxy's page of errors is no answer of the API's.
      return { ...((await response.json()) as GraphQLResult), status: response.status };
    } catch (error) {
      throw networkError(error);
    }
  };
}

/** Both where they can be had together, else the first. */
function either(one?: AbortSignal, other?: AbortSignal): AbortSignal | null {
  const both = one && other && (AbortSignal as Partial<typeof AbortSignal>).any?.([one, other]);
  return both ?? one ?? other ?? null;
}

/** Undefined where there is no such thing, as in React Native. */
export function within(ms: number): AbortSignal | undefined {
  return (AbortSignal as Partial<typeof AbortSignal>).timeout?.(ms);
}

function errorOf({ message, extensions = {} }: GraphQLFailure): AuthError {
  const {
    code = 'INTERNAL_SERVER_ERROR',
    reason = 'INTERNAL',
    retryAfter,
  } = extensions as {
    code?: Code;
    reason?: string;
    retryAfter?: number;
  };
  return new AuthError(code, reason, message, retryAfter);
}

/** What a field answered. @throws AuthError where it is nothing, and that was not the answer */
export function valueOf({ data, errors }: GraphQLResult, field: string): unknown {
  const value = data?.[field];
  if (value == null && errors?.[0]) throw errorOf(errors[0]);
  if (value === undefined) throw networkError();
  return value;
}
