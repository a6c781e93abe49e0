import { defineScript } from '../../../../redis/index.js';
import { NOW } from './now.js';

/** Marks a session as ended; the first mark stays. ARGV: now, reason, retention, detail if any. */
export const END = defineScript(`${NOW}
  if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'endedAt') == 1 then
    return 0
  end
  redis.call('HSET', KEYS[1], 'endedAt', text(now), 'endedReason', ARGV[2])
  if ARGV[4] then
    redis.call('HSET', KEYS[1], 'endedDetail', ARGV[4])
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 1
`);
