import { StatementError } from '../database/failures.js';
import { PortcullisError, StartupError } from '../errors/index.js';
import { TourError } from './tour/tour-error.js';

/** Where the operator gave what a use case knows by its path. */
const GIVEN_AS: Readonly<Record<string, string>> = {
  'input.email': '--email',
  'input.password': '--password',
  'input.name': '--name',
  'input.scopes': '--scope',
  scopes: 'scopes',
  until: '--until',
  reason: '--reason',
  search: '--search',
  'filter.deviceId': '--device',
  'filter.ip': '--ip',
  'filter.type': '--type',
};

/** Errors whose messages are for people, and hold no secret. */
const SPOKEN = [StartupError, StatementError, TourError];

/** What to write for people. */
export function describeFailure(error: unknown, debug: boolean): string {
  if (error instanceof PortcullisError) {
    const option = error.code === 'BAD_USER_INPUT' ? optionOf(error.extensions.reason) : undefined;
    return option === undefined ? error.message : `${option}: ${error.message}`;
  }
  if (SPOKEN.some((kind) => error instanceof kind)) return (error as Error).message;
  // Foreign messages may quote values, a password in a URL among them.
  const shown = debug ? String(error) : 'LOG_LEVEL=debug tells more';
  return `Unexpected error: ${shown.replace(/\s*\n\s*/g, ' ')}`;
}

/** `input.scopes.2` is the third of `--scope`. */
function optionOf(path: string): string | undefined {
  return GIVEN_AS[path.replace(/\.\d+$/, '')];
}
