import type { FetchFunction, GraphQLResponse } from 'relay-runtime';
import type { AuthClient } from '../auth-client.js';

/**
 * What `Network.create` wants: asks the API with a fresh token, once more with a new one after a 401 without
 * data, and has the password asked for where a field wants to see it. For documents that are sent as text. Where
 * somebody else is signed in, make an `Environment` anew: the store of the one before is theirs.
 *
 * A request fails with `AuthError` where the API cannot be reached.
 */
export function createFetchFunction(auth: AuthClient): FetchFunction {
  return async ({ name, text }, variables) => {
    if (text === null) throw new Error(`${name} has no text: it was compiled to be persisted.`);
    return (await auth.request(text, variables)) as GraphQLResponse;
  };
}
