export { RedisFailure } from './failures.js';
export { Redis } from './redis.js';
export { defineScript } from './script.js';
export type { Script } from './script.js';
