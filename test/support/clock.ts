export { TestClock } from '../../src/testing/clock.js';
