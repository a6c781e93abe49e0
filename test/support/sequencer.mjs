import TestSequencer from '@jest/test-sequencer';

/**
 * Those that take longest: begun last, each would run alone while the other workers idle. With three workers, in this
 * order, a browser runs beside no other: of two, each kept the other's servers waiting for half a second.
 */
const FIRST = [
  'history/history',
  'package/installed',
  'browser/web-example',
  'browser/cookies',
  'graphql/races',
  'nodes/key-rotation',
  'browser/client/schemes',
  'examples/examples',
  'database/embedded/crash',
  'browser/client/tabs',
  'server/lifecycle',
  'browser/client/endings',
  'sockets/audit-events',
  'schemes/keys',
  'browser/client/network',
  'database/embedded/users',
  'browser/react',
  'database/embedded/start-cluster',
  'browser/landing-page',
  'cli/users',
  'stores/redis-cluster',
  'cli/keys',
];

/** A machine that runs the tests for the first time knows no durations. */
export default class Sequencer extends (TestSequencer.default ?? TestSequencer) {
  sort(tests) {
    const rank = ({ path }) => {
      const at = FIRST.findIndex((name) => path.includes(`/test/${name}`));
      return at < 0 ? FIRST.length : at;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
