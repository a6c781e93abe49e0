import type { TokensFragment } from '../generated/operations.js';
import { TourError } from './tour-error.js';

/** What the next steps need of a sign-in or a refresh. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly sessionId: string;
  readonly userId: string;
}

export function tokensOf(payload: TokensFragment | null | undefined): Tokens {
  const { accessToken, refreshToken, session, user } = payload ?? {};
  if (accessToken == null || refreshToken == null || !session || !user) {
    throw new TourError('The server answered without tokens.');
  }
  return { access: accessToken, refresh: refreshToken, sessionId: session.id, userId: user.id };
}
