/**
 * Portcullis cannot start, and the operator can mend it. The command line prints `message` as it
 * stands and exits with status 1; no stack is shown. The message never holds a secret.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
