import { defineScript } from '../../../../redis/index.js';
import { NOW } from './now.js';

/** The named fields, and the moment by the clock that judges them. ARGV: now, then fields. */
export const READ = defineScript(`${NOW}
  return { text(now), redis.call('HMGET', KEYS[1], unpack(ARGV, 2)) }
`);
