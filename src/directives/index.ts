export { enforcePolicy } from './enforce.js';
export { Farewell } from './farewell.js';
export type { Guard, VerifiedToken } from './guard.js';
export { judge } from './judge.js';
