/**
 * For tests of a team's own schema: a walker that looks for leaks, tokens and guards without any server,
 * a clock that the test sets, and the policy as a text to compare.
 *
 * @module portcullis/testing
 */
export {
  TestClock,
  assertNothingLeaks,
  createTestGuard,
  createTestIssuer,
  walkGuardedFields,
} from '../testing/index.js';
export type {
  Finding,
  TestCaller,
  TestClaims,
  TestContext,
  TestGuard,
  TestGuardOptions,
  TestIssuer,
  TestIssuerOptions,
  WalkOptions,
  WalkReport,
} from '../testing/index.js';
export {
  comparePolicies,
  formatSnapshot,
  parseSnapshot,
  takeSnapshot,
} from '../policy/report/index.js';
export type { PolicyChanges, Snapshot } from '../policy/report/index.js';
