import { defineScript } from '../../../../redis/index.js';

/** Another session token. ARGV: its hash. */
export const SET_TOKEN_HASH = defineScript(`
  if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
  end
  redis.call('HSET', KEYS[1], 'tokenHash', ARGV[1])
  return 1
`);
