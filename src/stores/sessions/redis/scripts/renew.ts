import { defineScript } from '../../../../redis/index.js';

/** A new secret and token epoch; the counter moves on, so that no rotation under way succeeds. */
export const RENEW = defineScript(`
  if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
  end
  redis.call('HSET', KEYS[1], 'secret', ARGV[1], 'tokenEpoch', ARGV[2], 'rotatedAt', '')
  redis.call('HINCRBY', KEYS[1], 'counter', 1)
  return 1
`);
