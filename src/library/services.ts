import type { Knex } from 'knex';
import { PortcullisError } from '../errors/index.js';
import {
  assertSessionLive,
  createUser,
  disableUser,
  enableUser,
  importUsers,
  logOut,
  ourIdOf,
  refresh,
  revokeSession,
  revokeUserSessions,
  setUserScopes,
  startSessionOf,
} from '../services/index.js';
import type {
  Deps,
  ImportOptions,
  ImportReport,
  ImportedUser,
  Origin,
  SignedIn,
} from '../services/index.js';
import type { SessionRecord, UserRecord } from '../stores/index.js';
import type { PortcullisContext } from './context.js';

/** Use cases for a team's own code; whoever calls them is trusted. Errors are PortcullisErrors. */
export interface Services {
  /**
   * Signs a user in whose identity the caller has established by other means, such as a single sign-on.
   * @throws BAD_USER_INPUT at `userId`, ACCOUNT_DISABLED, STORE_UNAVAILABLE
   */
  signIn(args: {
    userId: string;
    device?: { id?: string | null; name?: string | null } | null;
    ip?: string | null;
    userAgent?: string | null;
  }): Promise<SignedIn>;
  /**
   * Exchanges a refresh token for its successor and a new access token, as the mutation does.
   * @throws REFRESH_REJECTED, STORE_UNAVAILABLE
   */
  refresh(refreshToken: string, from?: Partial<Origin>): Promise<SignedIn>;
  /** Ends the session of a refresh or access token; none if it had ended already. @throws STORE_UNAVAILABLE */
  signOut(token: string, from?: Partial<Origin>): Promise<void>;
  /** Makes an account. @throws BAD_USER_INPUT */
  createUser(input: {
    email: string;
    password: string;
    name?: string | null;
    scopes?: readonly string[];
  }): Promise<UserRecord>;
  /**
   * Makes accounts with the hashes that their passwords have elsewhere; docs/passwords.md lists the kinds. An
   * account that is there is left as it is.
   * @throws BAD_USER_INPUT at `users.3.passwordHash` and the like; nothing was done then
   */
  importUsers(users: readonly ImportedUser[], options?: ImportOptions): Promise<ImportReport>;
  /** Ends one session, on all nodes. @throws BAD_USER_INPUT at `id` */
  revokeSession(id: string, reason?: string): Promise<SessionRecord>;
  /** Ends all sessions of a user, or those of one device. Answers how many. @throws BAD_USER_INPUT */
  revokeUserSessions(
    userId: string,
    only?: { deviceId?: string; reason?: string },
  ): Promise<number>;
  /** Ends all sessions of an account and keeps it out. @throws BAD_USER_INPUT */
  disableUser(id: string, options?: { until?: Date; reason?: string }): Promise<UserRecord>;
  enableUser(id: string): Promise<UserRecord>;
  setUserScopes(id: string, scopes: readonly string[]): Promise<UserRecord>;
  /**
   * The check before a write, inside the write's own transaction on Portcullis' database: the caller's
   * session is locked, so that no revocation can come between the two.
   * @throws PortcullisError UNAUTHENTICATED
   */
  assertSessionLive(trx: Knex.Transaction, context: PortcullisContext): Promise<void>;
}

/** @param deps once they are there */
export function createServices(deps: () => Promise<Deps>): Services {
  const noOne = undefined;
  const result = async <T>(work: Promise<{ result: T }>): Promise<T> => (await work).result;
  return {
    signIn: async ({ userId, device = null, ...from }) =>
      startSessionOf(await deps(), { userId, device }, originOf(from)),
    refresh: async (refreshToken, from) => refresh(await deps(), refreshToken, originOf(from)),
    signOut: async (token, from) => {
      const tokens = { refreshToken: token, accessTokens: [token] };
      await logOut(await deps(), tokens, originOf(from));
    },
    createUser: async ({ scopes = [], ...input }) =>
      createUser(await deps(), { input: { ...input, scopes } }),
    importUsers: async (users, options) => importUsers(await deps(), users, options),
    revokeSession: async (id, reason) => result(revokeSession(await deps(), noOne, { id, reason })),
    revokeUserSessions: async (user, { deviceId, reason } = {}) => {
      const all = await deps();
      const userId = ourIdOf(all, user);
      return result(revokeUserSessions(all, noOne, { userId, deviceId, reason }));
    },
    disableUser: async (user, { until, reason } = {}) => {
      const all = await deps();
      return result(disableUser(all, noOne, { id: ourIdOf(all, user), until, reason }));
    },
    enableUser: async (user) => {
      const all = await deps();
      return enableUser(all, noOne, { id: ourIdOf(all, user) });
    },
    setUserScopes: async (user, scopes) => {
      const all = await deps();
      return setUserScopes(all, noOne, { id: ourIdOf(all, user), scopes });
    },
    assertSessionLive: async (trx, { portcullis: { token } }) => {
      if (!token) throw new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
      await assertSessionLive(await deps(), trx, { token, origin: originOf() });
    },
  };
}

function originOf({ ip = null, userAgent = null }: Partial<Origin> = {}): Origin {
  return { ip, userAgent };
}
