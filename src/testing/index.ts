export { assertNothingLeaks } from './assert-nothing-leaks.js';
export { TestClock } from './clock.js';
export { createTestGuard } from './guard.js';
export type { TestCaller, TestContext, TestGuard, TestGuardOptions } from './guard.js';
export { createTestIssuer } from './issuer.js';
export type { TestClaims, TestIssuer, TestIssuerOptions } from './issuer.js';
export { walkGuardedFields } from './walk.js';
export type { Finding, WalkOptions, WalkReport } from './walk.js';
