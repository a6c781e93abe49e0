import { Redis } from 'ioredis';
import { newId } from '../../src/support/new-id.js';
import type { TestClock } from './clock.js';
import type { TestDatabase } from './database.js';

export interface StoredSession {
  readonly counter: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number;
  /** All that is stored of it. */
  readonly text: string;
}

/** A session as whichever store of the run has it. */
export async function storedSession(database: TestDatabase, id: string): Promise<StoredSession> {
  if (database.redisUrl !== undefined) {
    return onRedis(database.redisUrl, async (redis) => {
      const fields = await redis.hgetall(`portcullis:session:${id}`);
      const { counter, lastUsedAt } = fields;
      const text = JSON.stringify(fields);
      return { counter: Number(counter), lastUsedAt: Number(lastUsedAt), text };
    });
  }
  const [row] = await database.query<StoredSession>(
    `SELECT refresh_counter AS counter, sessions::text AS text,
       (extract(epoch FROM last_used_at) * 1000)::float8 AS "lastUsedAt"
     FROM sessions WHERE id = $1`,
    [id],
  );
  if (!row) throw new Error('there is no such session');
  return row;
}

/** As if it had ended so long ago that the store has forgotten it. */
export async function forgetSession(database: TestDatabase, id: string): Promise<void> {
  if (database.redisUrl === undefined) {
    await database.query('DELETE FROM sessions WHERE id = $1', [id]);
  } else {
    await onRedis(database.redisUrl, (redis) => redis.del(`portcullis:session:${id}`));
  }
}

/** Puts many sessions of one user into the store, past every server. */
export async function addSessions(
  database: TestDatabase,
  { userId, clock, count }: { userId: string; clock: TestClock; count: number },
): Promise<void> {
  if (database.redisUrl !== undefined) {
    return onRedis(database.redisUrl, (redis) => addToRedis(redis, userId, clock, count));
  }
  await database.query(
    `INSERT INTO sessions (id, user_id, device_id, created_at, authenticated_at, last_used_at,
       expires_at, max_expires_at, token_epoch, global_epoch, secret)
     SELECT gen_random_uuid(), $1, 'many', $2::timestamptz, $2, $2, $2::timestamptz + interval '1 day',
       $2::timestamptz + interval '1 day', 0, 0, '\\x00' FROM generate_series(1, $3::int)`,
    [userId, new Date(clock.now()), count],
  );
  await database.query('ANALYZE sessions');
}

/** ARGV: user, now, expiry, ids. */
const ADD = `
  local user, now, expires = ARGV[1], ARGV[2], ARGV[3]
  for n = 4, #ARGV do
    local id = ARGV[n]
    redis.call('HSET', 'portcullis:session:' .. id, 'userId', user, 'deviceId', 'many',
      'createdAt', now, 'authenticatedAt', now, 'lastUsedAt', now, 'expiresAt', expires,
      'maxExpiresAt', expires, 'tokenEpoch', 0, 'globalEpoch', 0, 'cut', 0, 'secret', 'AA',
      'counter', 0, 'rotatedAt', '')
    redis.call('ZADD', 'portcullis:sessions', 0, id .. ':' .. user)
    redis.call('ZADD', 'portcullis:user:' .. user, 0, id)
    redis.call('ZADD', 'portcullis:open:0', expires, id)
  end`;

async function addToRedis(
  redis: Redis,
  userId: string,
  clock: TestClock,
  count: number,
): Promise<void> {
  for (let done = 0; done < count; done += 5_000) {
    const ids = Array.from({ length: Math.min(5_000, count - done) }, () => newId(clock));
    await redis.eval(ADD, 0, userId, clock.now(), clock.now() + 86_400_000, ...ids);
  }
}

async function onRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
