import type { AuthClient } from '../auth-client.js';
import type { AuthState } from '../types.js';

/** Undefined where nobody knows yet; null where nobody is signed in. */
function userOf({ status, user }: AuthState): string | null | undefined {
  return status === 'starting' ? undefined : (user?.id ?? null);
}

/** Hears that somebody else is signed in, or nobody any more. Answers how to stop. */
export function onUserChange(auth: AuthClient, listener: () => void): () => void {
  let known = userOf(auth.state);
  return auth.subscribe(({ state }) => {
    const before = known;
    known = userOf(state);
    // Who was signed in before a reload is no other user after it.
    if (before !== undefined && known !== before) listener();
  });
}
