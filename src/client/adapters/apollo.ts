import type { ApolloClient } from '@apollo/client';
import { ApolloLink } from '@apollo/client/link';
import { concatMap, defer, dematerialize, materialize, of } from 'rxjs';
import type { Observable, ObservableNotification } from 'rxjs';
import type { AuthClient } from '../auth-client.js';
import type { GraphQLResult } from '../types.js';
import { hasOtherToken } from './renewal.js';
import { onUserChange } from './users.js';

type Result = ApolloLink.Result;
type Headers = Readonly<Record<string, string>>;

/**
 * A link to put before the one that sends, whichever that is: `HttpLink`, `BatchHttpLink` or one of your own.
 * Each operation gets a fresh token in the header `authorization`. What was refused before it ran, a mutation
 * too, is sent once more with a new token; where a field wants to see the password, `onReauthenticate` asks for
 * it, and a query, or what was refused before it ran, is sent once more. Subscriptions pass as they are:
 * `portcullis/client/graphql-ws` is for them.
 *
 * Where all goes through one `HttpLink`, `new HttpLink({ fetch: auth.fetch })` does the same without this link,
 * gives the token to the API's own origin alone, and takes up what the scheme `sliding` renews. Use one of both.
 *
 * An operation fails with `AuthError` where no token can be had now, as without a network.
 */
export function createAuthLink(auth: AuthClient): ApolloLink {
  return new ApolloLink((operation, forward) => {
    if (operation.operationType === 'subscription') return forward(operation);
    const remedies = new Set(['token', 'password']);

    /** Whether the same may be sent once more, and differently. */
    const isHelped = async ({ data, errors = [] }: GraphQLResult, token: string | null) => {
      const says = (word: string) =>
        errors.some(({ extensions: { code, reason } = {} }) => code === word || reason === word);
      // By the specification, data is absent only where nothing has been executed.
      const isUnrun = data === undefined;
      if (says('REAUTHENTICATION_REQUIRED')) {
        const isRepeatable = isUnrun || operation.operationType === 'query';
        return isRepeatable && remedies.delete('password') && auth.stepUp();
      }
      if (!says('UNAUTHENTICATED') || !remedies.delete('token')) return false;
      return (await hasOtherToken(auth, token)) && isUnrun;
    };

    const send = (): Observable<Result> =>
      defer(() => auth.getAccessToken()).pipe(
        concatMap((token) => {
          operation.setContext(({ headers }: { headers?: Headers }) => ({
            headers: withToken(headers, token),
          }));
          return forward(operation).pipe(
            materialize(),
            concatMap(async (told) => ({ told, again: await isHelped(wordsOf(told), token) })),
            concatMap(({ told, again }) => (again ? send() : of(told).pipe(dematerialize()))),
          );
        }),
      );
    return send();
  });
}

/**
 * Empties the cache and asks active queries anew when somebody else is signed in, or nobody any more: what one
 * user has seen is not shown to the next. Answers how to stop.
 */
export function resetOnUserChange(
  auth: AuthClient,
  client: Pick<ApolloClient, 'resetStore'>,
): () => void {
  return onUserChange(auth, () => {
    // What was under way fails, and each query that is asked anew tells its own errors.
    client.resetStore().catch(() => undefined);
  });
}

function withToken(headers: Headers = {}, token: string | null) {
  const { authorization: _before, ...others } = headers;
  return token === null ? others : { ...others, authorization: `Bearer ${token}` };
}

/** Of a result, or of the body of an answer that `HttpLink` made an error of. */
function wordsOf(told: ObservableNotification<Result>): GraphQLResult {
  if (told.kind === 'N') return told.value as GraphQLResult;
  if (told.kind === 'C') return {};
  try {
    const { bodyText = '' } = told.error as { readonly bodyText?: string };
    return (JSON.parse(bodyText) as GraphQLResult | null) ?? {};
  } catch {
    return {};
  }
}
