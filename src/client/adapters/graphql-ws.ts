import type { ClientOptions } from 'graphql-ws';
import type { AuthClient } from '../auth-client.js';
import { AuthError } from '../types.js';
import { hasOtherToken } from './renewal.js';
import { onUserChange } from './users.js';

/** What of a socket is used. */
interface Closable {
  close(code: number, reason: string): void;
}

/** The socket's token has expired, or its session is over. */
const FORBIDDEN = 4403;
/** The server stops, and another one is there. */
const GOING_AWAY = 1001;
/** Milliseconds. */
const BACK_OFF = { first: 1_000, most: 30_000 };

/**
 * Options for `createClient` of graphql-ws. Each connection presents a fresh token. After 4403 the client has it
 * renewed and comes back; where the server says then that the session is over, it ends here too, and
 * subscriptions fail with `AuthError`. After 1001 it comes back at once, after 1013 and a broken connection later
 * and later, without end. 4401, 4429 and what the client did wrong are final in graphql-ws itself. When somebody
 * else is signed in, or nobody any more, the socket is closed at once.
 *
 * One result is for one client; listeners of your own are added by its `on`.
 */
export function createSocketOptions(
  auth: AuthClient,
): Required<
  Pick<ClientOptions, 'connectionParams' | 'on' | 'retryAttempts' | 'retryWait' | 'shouldRetry'>
> {
  let sent: string | null = null;
  /** Why there is no connection. */
  let code: unknown;
  let renewal: Promise<unknown> | undefined;
  let isRetry = false;
  let stop = (): void => undefined;
  const isOver = () => code === FORBIDDEN && auth.state.status === 'signed-out';
  return {
    connectionParams: async () => {
      const { reason } = auth.state;
      // Nobody goes on as a stranger with what was subscribed to by a user; who begins anew may.
      if (isRetry && isOver()) {
        isRetry = false;
        throw new AuthError('UNAUTHENTICATED', reason ?? 'NO_TOKEN', 'Signed out.');
      }
      sent = await auth.getAccessToken();
      return sent === null ? {} : { accessToken: sent };
    },
    retryAttempts: Infinity,
    shouldRetry: (problem) => {
      if (problem instanceof AuthError) return problem.code !== 'UNAUTHENTICATED';
      ({ code } = problem as { readonly code?: unknown });
      return !isOver();
    },
    retryWait: async (retries) => {
      const isFirst = retries === 0 && (code === GOING_AWAY || code === FORBIDDEN);
      if (!isFirst) await backOff(retries);
      await renewal;
      isRetry = true;
    },
    on: {
      opened: (socket) => {
        stop = onUserChange(auth, () => (socket as Closable).close(FORBIDDEN, 'Forbidden'));
      },
      connected: () => {
        isRetry = false;
        code = undefined;
      },
      closed: (event) => {
        stop();
        // Whether it is the token or the session that is over, the server says to whoever renews.
        const isRefused = (event as { readonly code?: unknown }).code === FORBIDDEN;
        if (isRefused) renewal = hasOtherToken(auth, sent);
      },
    },
  };
}

function backOff(failures: number): Promise<void> {
  const longest = Math.min(BACK_OFF.first * 2 ** failures, BACK_OFF.most);
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}
