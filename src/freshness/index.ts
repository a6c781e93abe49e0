export { decide } from './rule.js';
export type { Decision, Knowledge, Source } from './rule.js';
