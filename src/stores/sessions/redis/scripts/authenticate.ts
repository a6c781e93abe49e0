import { defineScript } from '../../../../redis/index.js';
import { NOW } from './now.js';

/** The password was proven again. ARGV: now. */
export const AUTHENTICATE = defineScript(`${NOW}
  if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
  end
  redis.call('HSET', KEYS[1], 'authenticatedAt', text(now), 'lastUsedAt', text(now))
  return 1
`);
