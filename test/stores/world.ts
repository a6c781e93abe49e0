import { randomBytes, randomInt } from 'node:crypto';
import { Database } from '../../src/database/index.js';
import type { Executor } from '../../src/database/index.js';
import { Redis } from '../../src/redis/index.js';
import {
  AuditStore,
  PostgresSessionStore,
  RedisSessionStore,
  UserStore,
} from '../../src/stores/index.js';
import type { NewSession, SessionStore, UserRecord } from '../../src/stores/index.js';
import { newId } from '../../src/support/new-id.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { startRedis, target } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const RETENTION = 30 * DAY;

/** A session store on real servers, with users to have sessions. */
export interface World<S extends SessionStore = SessionStore> {
  readonly clock: TestClock;
  readonly database: Database;
  readonly outside: TestDatabase;
  readonly users: UserStore;
  readonly store: S;
  /** Each call of a store on its own, as most are. */
  read<T>(work: (db: Executor) => Promise<T>): Promise<T>;
  transaction<T>(work: (trx: Executor) => Promise<T>): Promise<T>;
  newUser(): Promise<UserRecord>;
  /** A new session: an hour if it is not used, a day at most. */
  start(user: UserRecord, more?: Partial<NewSession>): Promise<NewSession>;
  /** Expects this counter, and moves it on by one unless told otherwise. */
  rotate(id: string, expected: number, more?: { next?: number; idleTtl?: number }): Rotated;
  stop(): Promise<void>;
}

type Rotated = ReturnType<SessionStore['rotate']>;

async function createWorld<S extends SessionStore>(
  open: (parts: { database: Database; clock: TestClock }) => S,
  alsoStop: () => Promise<void>,
): Promise<World<S>> {
  const clock = new TestClock();
  const outside = await createTestDatabase();
  const database = new Database(outside.url);
  const users = new UserStore(clock);
  const audit = new AuditStore(clock);
  const store = open({ database, clock });
  const read: World['read'] = (work) => database.read(work);
  return {
    clock,
    database,
    outside,
    users,
    store,
    read,
    transaction: (work) => database.transaction(work),
    newUser: () => {
      const email = `user${randomInt(2 ** 40)}@example.com`;
      const account = { email, name: 'Ada', passwordHash: 'x', scopes: ['read', 'write'] };
      return read((db) => users.insert(db, account));
    },
    start: async (user, more = {}) => {
      const session: NewSession = {
        id: newId(clock),
        userId: user.id,
        deviceId: 'laptop',
        deviceName: null,
        ip: '192.0.2.1',
        userAgent: null,
        secret: randomBytes(32),
        tokenHash: null,
        tokenEpoch: user.tokenEpoch,
        idleTtl: 60 * MINUTE,
        maxTtl: DAY,
        ...more,
      };
      await read((db) => store.insert(db, session));
      return session;
    },
    rotate: (sessionId, expected, { next = expected + 1, idleTtl = 60 * MINUTE } = {}) =>
      store.rotate({ sessionId, expected, next, idleTtl, eventId: audit.newId(), ip: null }),
    stop: async () => {
      await alsoStop();
      await database.close();
      await outside.drop();
    },
  };
}

export function postgresWorld(): Promise<World<PostgresSessionStore>> {
  return createWorld(
    ({ database, clock }) => new PostgresSessionStore(database, clock, { retention: RETENTION }),
    () => Promise.resolve(),
  );
}

export interface RedisWorld extends World {
  readonly server: TestRedis;
  readonly redis: Redis;
  /** What the store said was lost. */
  readonly losses: string[];
}

export async function redisWorld(): Promise<RedisWorld> {
  const server = await startRedis();
  return { ...(await redisWorldAt(server.url, () => server.stop())), server };
}

/** On a Redis that somebody else started, in whichever layout. */
export async function redisWorldAt(
  url: string,
  stop: () => Promise<void>,
): Promise<Omit<RedisWorld, 'server'>> {
  const redis = await Redis.open(target(url));
  await redis.ready();
  const losses: string[] = [];
  const options = {
    retention: RETENTION,
    maxTtl: DAY,
    onLoss: (what: string) => losses.push(what),
  };
  const world = await createWorld(
    ({ database, clock }) => new RedisSessionStore({ redis, database, clock, ...options }),
    async () => {
      await redis.close();
      await stop();
    },
  );
  return { ...world, redis, losses };
}
