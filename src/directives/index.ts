export { assertProtected } from './assert-protected.js';
export type { Condition, Conditions } from './conditions.js';
export { enforcePolicy } from './enforce.js';
export type { EnforceOptions } from './enforce.js';
export { Farewell } from './farewell.js';
export type { Guard, VerifiedToken } from './guard.js';
export { judge } from './judge.js';
export { rootFields } from './root-fields.js';
export type { Operation, RootField } from './root-fields.js';
