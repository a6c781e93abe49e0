/**
 * What refusals say: codes to switch on, and reasons that say more. Both are stable; messages are not.
 *
 * @module portcullis/errors
 */
export { CODES, PortcullisError, REASONS, StartupError } from '../errors/index.js';
export type { Code, ErrorExtensions, Reason, ReasonOf } from '../errors/index.js';
