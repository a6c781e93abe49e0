import { graphql } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { callerOf } from './caller.js';

interface Outcome {
  readonly data: unknown;
  /** `CODE/REASON` of every error, in order. */
  readonly reasons: readonly string[];
}

/** Asks a schema without any server around it, as whomever the token says. */
export async function askSchema(
  schema: GraphQLSchema,
  source: string,
  token?: string,
): Promise<Outcome> {
  const contextValue = { caller: callerOf(token === undefined ? undefined : `Bearer ${token}`) };
  const { data, errors = [] } = await graphql({ schema, source, contextValue });
  // graphql-js makes objects without a prototype.
  const plain: unknown = data ? JSON.parse(JSON.stringify(data)) : data;
  const reasons = errors.map(({ extensions, message }) => {
    const { code, reason } = extensions as { code?: string; reason?: string };
    return code === undefined ? message : `${code}/${reason ?? ''}`;
  });
  return { data: plain, reasons };
}

export const NO_TOKEN = 'UNAUTHENTICATED/NO_TOKEN';
export const SCOPE_MISSING = 'FORBIDDEN/SCOPE_MISSING';
