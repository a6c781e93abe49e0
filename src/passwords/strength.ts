import { badInput } from '../errors/portcullis-error.js';

/** NIST SP 800-63B-4, 3.1.1.2: code points count, after normalisation; no rules of composition. */
const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 1_000;

/** The form that is hashed: the same password typed on another keyboard must be the same. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC');
}

/** @throws PortcullisError BAD_USER_INPUT with the input's path. */
export function requireStrongPassword(password: string, path: string): void {
  const length = [...normalisePassword(password)].length;
  if (length < MIN_PASSWORD_LENGTH) {
    throw badInput(path, `The password needs at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (length > MAX_PASSWORD_LENGTH) {
    throw badInput(path, `The password may have at most ${MAX_PASSWORD_LENGTH} characters.`);
  }
}
