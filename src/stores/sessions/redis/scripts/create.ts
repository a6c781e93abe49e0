import { defineScript } from '../../../../redis/index.js';
import { NOW } from './now.js';

/** ARGV: now, idle TTL, longest TTL, retention, then fields and their values. */
export const CREATE = defineScript(`${NOW}
  local idle, longest, retention = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local expires = now + math.min(idle, longest)
  local moment = text(now)
  redis.call('HSET', KEYS[1],
    'createdAt', moment, 'authenticatedAt', moment, 'lastUsedAt', moment,
    'expiresAt', text(expires), 'maxExpiresAt', text(now + longest),
    'counter', '0', 'rotatedAt', '',
    unpack(ARGV, 5))
  redis.call('PEXPIRE', KEYS[1], text(expires - now + retention))
  return expires
`);
