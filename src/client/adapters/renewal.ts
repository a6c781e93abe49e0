import type { AuthClient } from '../auth-client.js';

/**
 * Whether there is another token than the one that was refused. The client asks the server for it, and ends the
 * session where the server says that it is over; an outage ends nothing.
 */
export async function hasOtherToken(auth: AuthClient, refused: string | null): Promise<boolean> {
  try {
    let token = await auth.getAccessToken();
    if (token === refused) token = await auth.getAccessToken({ forceRefresh: true });
    if (token === refused && auth.state.status === 'signed-in') {
      // Under schemes without refresh, any answer to the session itself tells.
      await auth.sessions.list();
      token = await auth.getAccessToken();
    }
    return token !== null && token !== refused;
  } catch {
    return false;
  }
}
