import { defineScript } from '../../../../redis/index.js';

/** Adds to an index, which lives at least as long as what it names. ARGV: score, member, TTL. */
export const LIST = defineScript(`
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
  return 1
`);
