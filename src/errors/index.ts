export { CODES, REASONS } from './codes.js';
export type { Code, Reason, ReasonOf } from './codes.js';
export { findPortcullisError, normalise } from './normalise.js';
export type { NormalisedError } from './normalise.js';
export { PortcullisError, badInput, storeUnavailable } from './portcullis-error.js';
export type { ErrorExtensions } from './portcullis-error.js';
export { StartupError } from './startup-error.js';
