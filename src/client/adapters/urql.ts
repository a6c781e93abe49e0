import { makeOperation, mapExchange } from '@urql/core';
import type { Exchange, Operation } from '@urql/core';
import type { AuthClient } from '../auth-client.js';
import { onUserChange } from './users.js';

/**
 * An exchange to put before the one that caches. All goes through `auth.fetch`: a fresh token, once more with a
 * new one after a 401 without data, and the password asked for where a field wants to see it. When somebody else
 * is signed in, or nobody any more, no query is answered from what the one before has seen, and the active ones
 * are asked anew. Subscriptions over a socket have `portcullis/client/graphql-ws`.
 *
 * What keeps an answer from coming, such as `AuthError` without a network, is in `error.networkError`.
 */
export function authExchange(auth: AuthClient): Exchange {
  return (input) => {
    /** Those that have been asked since, shown or not. */
    const queries = new Map<number, Operation>();
    /** Queries that this user has asked; undefined while the first one is here. */
    let asked: Set<number> | undefined;
    onUserChange(auth, () => {
      asked = new Set();
      const before = [...queries.values()];
      queries.clear();
      // Those that nobody looks at any more, urql leaves out.
      for (const each of before) {
        const context = { ...each.context, requestPolicy: 'network-only' } as const;
        input.client.reexecuteOperation(makeOperation(each.kind, each, context));
      }
    });
    return mapExchange({
      onOperation: (operation) => {
        const { kind, key, context } = operation;
        if (kind !== 'query')
          return makeOperation(kind, operation, { ...context, fetch: auth.fetch });
        queries.set(key, operation);
        const isCached = !asked || asked.has(key);
        asked?.add(key);
        return makeOperation(kind, operation, {
          ...context,
          fetch: auth.fetch,
          requestPolicy: isCached ? context.requestPolicy : 'network-only',
        });
      },
    })(input);
  };
}
