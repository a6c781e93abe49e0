import { PortcullisError } from '../errors/portcullis-error.js';
import type { AccessToken } from '../tokens/index.js';
import { authenticate } from './authenticate.js';
import type { Deps } from './deps.js';

/**
 * Asks the store whether an access token is good right now, as a `@critical` field does.
 * @returns what it says; undefined for whatever is not a good access token
 * @throws PortcullisError AUTH_CHECK_UNAVAILABLE, STORE_UNAVAILABLE when nobody can tell.
 */
export async function introspect(deps: Deps, presented: string): Promise<AccessToken | undefined> {
  const kid = deps.accessTokens.kidOf(presented);
  // A node that was cut off may lack the key of a good token: others would take its word for an end.
  if (kid !== undefined) await deps.keys.lookFor(kid);
  const found = await authenticate(deps, presented);
  if (found.kind === 'unavailable') throw found.error;
  if (found.kind !== 'known') return undefined;
  if (found.checked) return found.token;
  try {
    await deps.checker.check(found.token);
    return found.token;
  } catch (error) {
    if (error instanceof PortcullisError && error.code === 'UNAUTHENTICATED') return undefined;
    throw error;
  }
}
