import { findPortcullisError } from '../errors/index.js';
import type { PortcullisError } from '../errors/index.js';
import { authenticate } from '../services/index.js';
import type { Authentication, Deps } from '../services/index.js';
import { parseOpaqueToken } from '../tokens/index.js';
import { keptKind } from './cookies.js';
import type { Cookies } from './cookies.js';

export interface Presented {
  readonly bearer: string | undefined;
  readonly cookies: Cookies | undefined;
  /** Whether the session counts as used by it. */
  readonly isUse: boolean;
}

/**
 * Judges what a request presents: its bearer token, or else the session token of its cookie. A cookie
 * that may not be looked at refuses, as a bad token does: a request is never taken for nobody's.
 */
export function authenticateRequest(
  deps: Deps,
  { bearer, cookies, isUse }: Presented,
): Authentication | Promise<Authentication> {
  return bearer !== undefined || !cookies || keptKind(deps) !== 'session'
    ? authenticate(deps, bearer, isUse)
    : byCookie(deps, cookies, isUse);
}

async function byCookie(deps: Deps, cookies: Cookies, isUse: boolean): Promise<Authentication> {
  let token: string | undefined;
  try {
    token = cookies.read('session');
  } catch (error) {
    const known = findPortcullisError(error);
    if (!known) throw error;
    return { kind: 'refused', error: known };
  }
  const found = await authenticate(deps, token, isUse);
  if (token !== undefined && found.kind === 'refused' && (await isOver(deps, token, found.error))) {
    cookies.clearCookie('session');
  }
  return found;
}

/**
 * Whether nothing will ever come of this token. While its session lives, its token has been replaced: the
 * cookie with the new one may be in the browser already, and must not be cleared by a request from before.
 */
async function isOver(deps: Deps, token: string, { reason }: PortcullisError): Promise<boolean> {
  const claim = parseOpaqueToken(token);
  if (reason !== 'TOKEN_INVALID' || !claim) return true;
  try {
    const session = await deps.database.read((db) => deps.sessions.find(db, claim.sessionId));
    return session?.endedReason !== null;
  } catch {
    return false;
  }
}
