export { Attempts } from './attempts.js';
export type { Guesser } from './attempts.js';
