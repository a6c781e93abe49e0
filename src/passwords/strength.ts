import { badInput } from '../errors/portcullis-error.js';
import { normalisePassword } from './normalise.js';

/** NIST SP 800-63B-4, 3.1.1.2: at least 15 where the password is all that is asked for. */
export const MIN_PASSWORD_LENGTH = 15;
export const MAX_PASSWORD_LENGTH = 1_000;

/**
 * Code points count, after normalisation; there are no rules of composition.
 * @throws PortcullisError BAD_USER_INPUT with the input's path.
 */
export function requireLength(password: string, path: string, least: number): void {
  const length = [...normalisePassword(password)].length;
  if (length < least) {
    throw badInput(path, `The password needs at least ${least} characters.`);
  }
  if (length > MAX_PASSWORD_LENGTH) {
    throw badInput(path, `The password may have at most ${MAX_PASSWORD_LENGTH} characters.`);
  }
}
