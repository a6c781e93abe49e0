import { defineScript } from '../../../../redis/index.js';
import { NOW } from './now.js';

/** Whether the session is gone, or its retention over; then it goes. ARGV: now, retention. */
export const FORGET = defineScript(`${NOW}
  local s = redis.call('HMGET', KEYS[1], 'endedAt', 'expiresAt')
  if not s[2] then
    return 1
  end
  if tonumber(s[1] or s[2]) + tonumber(ARGV[2]) > now then
    return 0
  end
  redis.call('DEL', KEYS[1])
  return 1
`);
