import { findPortcullisError } from '../errors/normalise.js';
import type { PortcullisError } from '../errors/portcullis-error.js';
import type { AccessToken } from '../tokens/index.js';
import type { Deps } from './deps.js';

/** What a presented token turned out to be. */
export type Authentication =
  | { readonly kind: 'anonymous' }
  /** `checked`: the store itself said so, for this very request. */
  | { readonly kind: 'known'; readonly token: AccessToken; readonly checked: boolean }
  /** It is bad, or its session is over. */
  | { readonly kind: 'refused'; readonly error: PortcullisError }
  /** Nobody can tell at the moment. */
  | { readonly kind: 'unavailable'; readonly error: PortcullisError };

/** Milliseconds: the use of a session is written down no more often than this. */
const USE_EVERY = 60_000;

/**
 * Judges the presented token: a JWT at once and without any I/O, an opaque token by looking its session up.
 * @param isUse whether the client has just done something, which keeps its session from expiring
 */
export function authenticate(
  deps: Deps,
  presented: string | undefined,
  isUse = true,
): Authentication | Promise<Authentication> {
  if (presented === undefined) return { kind: 'anonymous' };
  return authenticateAtOnce(deps, presented) ?? lookUp(deps, presented, isUse).catch(asRefused);
}

/** The same of a JWT; undefined where it takes more than the token to judge who asks. */
export function authenticateAtOnce(
  deps: Deps,
  presented: string | undefined,
): Authentication | undefined {
  if (presented === undefined || deps.settings.scheme.token !== 'jwt') return undefined;
  try {
    return { kind: 'known', token: deps.accessTokens.verify(presented), checked: false };
  } catch (error) {
    return asRefused(error);
  }
}

async function lookUp(deps: Deps, presented: string, isUse: boolean): Promise<Authentication> {
  const { token, unusedFor } = await deps.sessionTokens.verify(presented);
  const isNews = unusedFor > Math.min(USE_EVERY, deps.settings.sessionIdleTtl / 10);
  if (isUse && isNews) recordUse(deps, token);
  return { kind: 'known', token, checked: true };
}

function asRefused(error: unknown): Authentication {
  const known = findPortcullisError(error);
  if (!known) throw error;
  const kind = known.code === 'AUTH_CHECK_UNAVAILABLE' ? 'unavailable' : 'refused';
  return { kind, error: known };
}

/** Nobody waits for it: should it fail, the next request tries again. */
function recordUse(deps: Deps, token: AccessToken): void {
  const { sessionIdleTtl: idleTtl } = deps.settings;
  void deps.database
    .read((db) => deps.sessions.extend(db, { ...token, idleTtl }))
    .catch(() => undefined);
}
