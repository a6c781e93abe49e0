import { defineScript } from '../../../../redis/index.js';
import { NOW } from './now.js';

/** Moves the idle expiry of a session that has not ended. ARGV: now, idle TTL, retention. */
export const EXTEND = defineScript(`${NOW}
  local s = redis.call('HMGET', KEYS[1], 'endedAt', 'expiresAt', 'maxExpiresAt')
  if s[1] or not s[2] or tonumber(s[2]) <= now then
    return nil
  end
  local expires = math.min(tonumber(s[3]), now + tonumber(ARGV[2]))
  redis.call('HSET', KEYS[1], 'lastUsedAt', text(now), 'expiresAt', text(expires))
  redis.call('PEXPIRE', KEYS[1], text(expires - now + tonumber(ARGV[3])))
  return text(expires)
`);
