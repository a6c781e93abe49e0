import { errorOf, valueOf } from './ask.js';
import type { Ask } from './ask.js';
import type { AuthClient, FieldPolicy } from './auth-client.js';
import type { Grant, Payload } from './grant.js';
import type { Keeper } from './keeper.js';
import {
  CHANGE_PASSWORD,
  FIELD_POLICIES,
  LOGIN,
  LOGOUT_EVERYWHERE,
  MY_SESSIONS,
  REAUTHENTICATE,
  REGISTER,
  REVOKE_MY_SESSION,
} from './account-operations.js';
import { LOGOUT } from './operations.js';
import type { Operation } from './operations.js';
import type { Platform } from './platform.js';
import { AuthError } from './types.js';
import type { Kept, Vault } from './vault.js';
import type { AuthClientOptions, AuthUser } from './types.js';

export interface AccountParts {
  /** As nobody. */
  readonly ask: Ask;
  /** As the one who is signed in. */
  readonly send: Ask;
  readonly isCookie: boolean;
  readonly options: Pick<AuthClientOptions, 'onReauthenticate'>;
  readonly keeper: Keeper;
  readonly platform: Platform;
  readonly vault: Vault;
  /** Tells the server of a sign-out that it has not heard of. Answers whether it has now. */
  readonly signOut: (out: Kept) => Promise<boolean>;
}

export interface Account extends Pick<
  AuthClient,
  | 'login'
  | 'register'
  | 'reauthenticate'
  | 'changePassword'
  | 'fieldPolicies'
  | 'needsReauthentication'
  | 'stepUp'
> {
  readonly list: AuthClient['sessions']['list'];
  readonly revoke: AuthClient['sessions']['revoke'];
  /** Steps up for what may be asked again; with data, something may have been done already. */
  readonly stepUpFor: (request: Request, hasData: boolean) => Promise<boolean>;
  /** Answers how many. */
  readonly endOthers: () => Promise<number>;
}

/** What a signed-in user does now and then. */
export function createAccount(parts: AccountParts): Account {
  const { ask, send, keeper, platform, vault, signOut, isCookie, options } = parts;

  const end = ({ refreshToken, accessToken }: Pick<Grant, 'refreshToken' | 'accessToken'>) =>
    ask(LOGOUT[1], { refreshToken }, { accessToken }).catch(() => undefined);

  const signIn = async ([field, document]: Operation, input: object): Promise<AuthUser> => {
    const { signOuts } = keeper;
    // What a start finds out about an earlier session must not come after this one.
    await keeper.ready().catch(() => undefined);
    // The end of an earlier one neither: it would take the new cookie along.
    const { out } = (await vault.read()) ?? {};
    if (out && !(await signOut(out))) throw errorOf();
    const asked = { ...input, transport: isCookie ? 'COOKIE' : 'BODY' };
    const release = await keeper.turn();
    try {
      const { grant: before } = keeper;
      if (signOuts !== keeper.signOuts) throw signedOut();
      const payload = valueOf(await ask(document, { input: asked }), field) as Payload;
      const isAccepted = await keeper.accept(payload, signOuts, true);
      if (!isAccepted) {
        await end(payload);
        throw signedOut();
      }
      // What came in a cookie the server has ended itself.
      if (before && !isCookie) void end(before);
      return payload.user;
    } finally {
      release();
    }
  };

  const own = async <T>([field, document]: Operation, variables?: object): Promise<T> =>
    valueOf(await send(document, variables), field) as T;

  /** A password, and with it new tokens of the same session. */
  const prove = async (operation: Operation, variables: object) => {
    await keeper.token();
    const { signOuts } = keeper;
    const release = await keeper.turn();
    try {
      const { grant } = keeper;
      const payload = await own<Payload>(operation, variables);
      const kept = (await vault.read())?.refreshToken ?? null;
      // Else another tab has kept something newer since: this one is about to hear of it.
      if (isCookie || kept === grant?.refreshToken) await keeper.accept(payload, signOuts, false);
    } finally {
      release();
    }
  };

  let policies: Promise<readonly FieldPolicy[]> | undefined;
  let stepping: Promise<boolean> | undefined;

  const fieldPolicies = () =>
    (policies ??= ask(FIELD_POLICIES[1])
      .then((answer) => valueOf(answer, FIELD_POLICIES[0]) as readonly FieldPolicy[])
      .catch((error: unknown) => {
        policies = undefined;
        throw error;
      }));

  const askForPassword = async (): Promise<boolean> => {
    keeper.emit('reauthentication-required');
    let error: AuthError | undefined;
    while (options.onReauthenticate) {
      const password = await options.onReauthenticate(error ? { error } : {});
      if (password === null) return false;
      try {
        await prove(REAUTHENTICATE, { password });
        return true;
      } catch (failure) {
        if (!(failure instanceof AuthError) || !keeper.grant) return false;
        error = failure;
      }
    }
    return false;
  };

  // All who need it at once ask the user once.
  const stepUp = () =>
    (stepping ??= askForPassword().finally(() => {
      stepping = undefined;
    }));

  return {
    login: (input) => signIn(LOGIN, input),
    register: (input) => signIn(REGISTER, input),
    endOthers: () => own(LOGOUT_EVERYWHERE, { keepCurrent: true }),
    reauthenticate: (password) => prove(REAUTHENTICATE, { password }),
    list: (listed = {}) => own(MY_SESSIONS, listed),
    revoke: async (id) => (await own(REVOKE_MY_SESSION, { id })) !== null,
    changePassword: (currentPassword, newPassword) =>
      prove(CHANGE_PASSWORD, { currentPassword, newPassword }),
    fieldPolicies,
    needsReauthentication: async (coordinate) => {
      const policy = (await fieldPolicies()).find((each) => each.coordinate === coordinate);
      const { grant } = keeper;
      if (!grant || policy?.maxAuthAge == null) return false;
      // Both by the server's clock, and what has passed since by ours.
      const before = grant.issuedAt - Date.parse(grant.session.authenticatedAt);
      const since = platform.now() - (grant.expiresAt - grant.life);
      return before + since > policy.maxAuthAge * 1_000;
    },
    stepUp,
    stepUpFor: async (request, hasData) => (!hasData || (await isQuery(request))) && stepUp(),
  };
}

/** While it signed in, and that is final. */
const signedOut = () => new AuthError('UNAUTHENTICATED', 'NO_TOKEN', 'Signed out meanwhile.');

async function isQuery(request: Request): Promise<boolean> {
  if (request.method === 'GET') return true;
  try {
    const { query = 'mutation' } = (await request.clone().json()) as { query?: string };
    return !/\b(mutation|subscription)\b/.test(query);
  } catch {
    return false;
  }
}
