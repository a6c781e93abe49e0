// github.com/redis/ioredis, README, "Autopipelining": what is asked in one turn of the loop goes out together.
import { randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { guardedSchema, serveApollo } from '../support/serve-apollo.mjs';
import { asBearers, bearerOf } from '../support/signed-tokens.mjs';
import { told } from '../support/subject.mjs';

const redis = new Redis(told.redisUrl, { enableAutoPipelining: told.way !== 'plain' });

const tokens = Array.from({ length: told.sessions }, () => randomBytes(32).toString('base64url'));
const session = () => JSON.stringify({ userId: randomUUID(), createdAt: Date.now() });
await Promise.all(tokens.map((token) => redis.set(`session:${token}`, session(), 'EX', 21_600)));

async function userOf(authorization) {
  const found = await redis.get(`session:${bearerOf(authorization)}`);
  return found === null ? null : JSON.parse(found);
}

await serveApollo(
  guardedSchema('critical'),
  async ({ headers }) => ({ user: await userOf(headers.authorization) }),
  asBearers(tokens),
);
