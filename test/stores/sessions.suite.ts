import { endsSuite } from './ends.suite.js';
import { lifeSuite } from './life.suite.js';
import { listsSuite } from './lists.suite.js';
import { rotationSuite } from './rotation.suite.js';
import type { World } from './world.js';

/** What every session store does, on real servers. */
export function sessionStoreSuite(open: () => World): void {
  lifeSuite(open);
  rotationSuite(open);
  endsSuite(open);
  listsSuite(open);
}
