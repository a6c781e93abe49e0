import { defineScript } from '../../../../redis/index.js';
import { REMEMBERED_ROTATIONS } from '../../record.js';
import { NOW } from './now.js';

/**
 * Rotation as one compare-and-set: of any number of concurrent refreshes of one token exactly one
 * finds the counter that it expects. An end marks the same hash, so it comes before, and nothing is
 * rotated, or after, and ends what was just extended.
 * ARGV: now, expected counter, next counter, idle TTL, retention, then the fields to answer.
 */
export const ROTATE = defineScript(`${NOW}
  local s = redis.call('HMGET', KEYS[1], 'counter', 'endedAt', 'expiresAt', 'maxExpiresAt', 'rotatedAt')
  if s[1] ~= ARGV[2] or s[2] or tonumber(s[3]) <= now then
    return nil
  end
  local rotated = { text(now) }
  for moment in string.gmatch(s[5], '%d+') do
    if #rotated == ${REMEMBERED_ROTATIONS} then break end
    rotated[#rotated + 1] = moment
  end
  local expires = math.min(tonumber(s[4]), now + tonumber(ARGV[4]))
  redis.call('HSET', KEYS[1], 'counter', ARGV[3], 'rotatedAt', table.concat(rotated, ','),
    'lastUsedAt', text(now), 'expiresAt', text(expires))
  redis.call('PEXPIRE', KEYS[1], text(expires - now + tonumber(ARGV[5])))
  return redis.call('HMGET', KEYS[1], unpack(ARGV, 6))
`);
