import TestSequencer from '@jest/test-sequencer';

/** Those that take longest: begun last, each would run alone while the other workers idle. */
const FIRST = [
  'history/history',
  'package/installed',
  'cli/users',
  'graphql/races',
  'database/embedded/',
  'nodes/key-rotation',
  'browser/web-example',
  'browser/client/',
  'browser/',
  'examples/',
  'server/lifecycle',
  'sockets/audit-events',
  'stores/redis-cluster',
  'cli/keys',
  'schemes/keys',
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
