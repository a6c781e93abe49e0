export { Limits } from './limits.js';
export { QUERY_LIMITS } from './query-limits.js';
export type { QueryLimits } from './query-limits.js';
