import { PortcullisError } from '../errors/portcullis-error.js';
import { holdsScopes } from '../policy/requirement.js';
import type { Requirement } from '../policy/requirement.js';
import type { Guard, VerifiedToken } from './guard.js';

/**
 * The part of a requirement that the token alone decides: is there one, has it the scopes, was the
 * password entered recently enough. @returns why not.
 */
export function judge(
  requirement: Requirement,
  token: VerifiedToken | undefined,
  time: Pick<Guard, 'now'>,
): PortcullisError | undefined {
  if (!requirement.signedIn) return undefined;
  if (!token) return new PortcullisError('UNAUTHENTICATED', 'NO_TOKEN');
  if (!holdsScopes(requirement.scopes, token.scopes)) {
    return new PortcullisError('FORBIDDEN', 'SCOPE_MISSING');
  }
  const { maxAuthAge } = requirement;
  // Asked this way round, so that an age which is not a number is refused too.
  if (maxAuthAge !== undefined && !(time.now() / 1000 - token.authenticatedAt <= maxAuthAge)) {
    return new PortcullisError('FORBIDDEN', 'REAUTHENTICATION_REQUIRED', { maxAuthAge });
  }
  return undefined;
}
