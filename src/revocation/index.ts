export { Checker } from './checker.js';
export type { CheckerOptions, ReadStates } from './checker.js';
export { Denylist } from './denylist.js';
export type { RevocableToken } from './denylist.js';
