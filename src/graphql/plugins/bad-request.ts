import { HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import { refusedOverHttp } from '../../adapters/index.js';
import type { PortcullisError } from '../../errors/index.js';

/** The request itself is at fault. */
export function asBadRequest(error: PortcullisError): GraphQLError {
  return refusedOverHttp(
    { error, status: 400, headers: {} },
    () => new HeaderMap() as unknown as Record<string, string>,
  );
}
