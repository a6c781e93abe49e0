export type { Guesser } from './admissions.js';
export { Attempts } from './attempts.js';
