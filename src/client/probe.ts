import { errorOf, valueOf } from './ask.js';
import type { Ask } from './ask.js';
import { reasonOf } from './grant.js';
import type { Grant } from './grant.js';
import { ME, MY_SESSIONS } from './account-operations.js';
import type { AuthSession, AuthUser } from './types.js';

/**
 * Whose token this is of which nothing else is known, or the session token of the cookie; null where it is
 * nobody's any more. It cannot be renewed.
 * @throws AuthError
 */
export async function probe(ask: Ask, known: Partial<Grant> | null): Promise<Grant | null> {
  const accessToken = known?.accessToken ?? null;
  const me = await ask(ME[1], undefined, { accessToken });
  const user = me.data?.['me'] as AuthUser | null | undefined;
  if (me.status !== 401 && !me.data) throw errorOf();
  if (!user) return null;
  const answer = await ask(MY_SESSIONS[1], undefined, { accessToken });
  if (reasonOf(answer.errors)) return null;
  const session = (valueOf(answer, 'mySessions') as AuthSession[]).find(({ current }) => current);
  return session
    ? {
        ...{ issuedAt: 0, expiresAt: Infinity, life: Infinity, ...known },
        ...{ accessToken, refreshToken: null, isRenewable: false, session, user },
      }
    : null;
}
