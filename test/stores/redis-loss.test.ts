import { describeWithRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { DAY, MINUTE, RETENTION, redisWorld } from './world.js';
import type { RedisWorld } from './world.js';

describeWithRedis('what Redis loses', () => {
  let w: RedisWorld;
  beforeAll(async () => {
    w = await redisWorld();
  });
  beforeEach(() => {
    w.losses.length = 0;
  });
  afterAll(() => w.stop());

  type Ref = { readonly id: string; readonly userId: string };
  const revoked = async ({ id, userId }: Ref) => {
    const states = await w.store.readStates([{ sessionId: id, userId }]);
    return states.get(id)?.revoked ?? 'unknown';
  };
  const end = (id: string, detail = 'stolen') =>
    w.transaction((trx) => w.store.end(trx, [id], 'revoked', detail));
  const listed = async (userId: string) => {
    const { items } = await w.read((db) => w.store.list(db, { userId }, { first: 50 }));
    return items.map(({ id, endedReason, endedDetail }) => [id, endedReason, endedDetail]);
  };

  /** Redis as a failover leaves it whose replica was behind: as it was when this was called. */
  const fromHere = async () => {
    await w.server.client.save();
    return async () => {
      await w.server.kill();
      await w.server.start();
      await until(async () => (await w.redis.trouble()) === undefined);
    };
  };

  it('in a failover, among it every end: what had ended stays ended, and is listed so', async () => {
    const { newUser, start, transaction, users, store } = w;
    const user = await newUser();
    const other = await newUser();
    const [one, phone, kept, old, living] = [
      await start(user),
      await start(user, { deviceId: 'phone' }),
      await start(user),
      await start(other),
      await start(await newUser()),
    ];
    const failOver = await fromHere();
    await end(one.id);
    await transaction((trx) =>
      store.endOfUser(trx, user.id, { deviceId: 'phone' }, 'revoked', 'lost it'),
    );
    await transaction(async (trx) => {
      await store.endOfUser(trx, other.id, {}, 'logged_out', null);
      await users.raiseEpoch(trx, other.id);
    });
    await failOver();
    expect(await w.server.client.hexists(`portcullis:session:${one.id}`, 'endedAt')).toBe(0);
    const states = [];
    for (const session of [one, phone, kept, old, living]) states.push(await revoked(session));
    expect(states).toEqual([true, true, false, true, false]);
    expect(await listed(user.id)).toEqual([
      [kept.id, null, null],
      [phone.id, 'revoked', 'lost it'],
      [one.id, 'revoked', 'stolen'],
    ]);
    expect(await listed(other.id)).toEqual([[old.id, 'logged_out', null]]);
    for (const { id } of [one, phone, old]) {
      expect(await w.transaction((trx) => store.lockLive(trx, id))).toBe(false);
      expect(await w.rotate(id, 0)).toBeUndefined();
    }
  }, 30_000);

  it('in a failover, among it "everybody else": the one session goes on, the others stay ended', async () => {
    const { newUser, start, transaction, store } = w;
    const user = await newUser();
    const [keeper, first, second] = [await start(user), await start(user), await start(user)];
    const failOver = await fromHere();
    const others = { except: keeper.id };
    await transaction((trx) => store.endOfUser(trx, user.id, others, 'logged_out', null));
    const after = await start(user);
    await failOver();
    expect(await Promise.all([keeper, first, second, after].map(revoked))).toEqual([
      false,
      true,
      true,
      'unknown',
    ]);
  }, 30_000);

  it('in a failover, among it a sign-in and rotations: the one is over, the other catches up', async () => {
    const { newUser, start, rotate, read, store } = w;
    const user = await newUser();
    const session = await start(user);
    await rotate(session.id, 0);
    const failOver = await fromHere();
    for (const counter of [1, 2, 3]) await rotate(session.id, counter);
    const lost = await start(user);
    await failOver();
    expect(await revoked(lost)).toBe('unknown');
    expect(await read((db) => store.findGrant(db, lost.id))).toBeUndefined();
    expect(await read((db) => store.findGrant(db, session.id))).toMatchObject({
      refreshCounter: 1,
    });
    // The client holds token 4; the service lets it go on from there.
    expect(await rotate(session.id, 1, { next: 5 })).toBeDefined();
    expect(await listed(user.id)).toEqual([[session.id, null, null]]);
  }, 30_000);

  it('from its indexes: a device is logged out all the same, and a refresh lists the session again', async () => {
    const { newUser, start, rotate, transaction, store, server, read } = w;
    const user = await newUser();
    const [phone, laptop] = [await start(user, { deviceId: 'phone' }), await start(user)];
    await server.client.del(
      `portcullis:user:${user.id}`,
      'portcullis:sessions',
      'portcullis:open:0',
    );
    expect(await listed(user.id)).toEqual([]);
    const ended = await transaction((trx) =>
      store.endOfUser(trx, user.id, { deviceId: 'phone' }, 'revoked', null),
    );
    expect(ended).toEqual([]);
    expect([await revoked(phone), await revoked(laptop)]).toEqual([true, false]);
    expect(await rotate(phone.id, 0)).toBeUndefined();
    expect(await rotate(laptop.id, 0)).toBeDefined();
    expect((await listed(user.id))[0]).toEqual([laptop.id, null, null]);
    expect(await read((db) => store.count(db, { ended: false }))).toBeGreaterThan(0);
    await transaction((trx) => store.endOfUser(trx, user.id, {}, 'revoked', null));
    expect(await revoked(laptop)).toBe(true);
  });

  it('altogether: every session is over, and new ones start', async () => {
    const { newUser, start, server, redis, read, store } = w;
    const user = await newUser();
    const session = await start(user);
    await server.client.flushall();
    await server.client.save();
    await server.kill();
    await server.start();
    await until(async () => (await redis.trouble()) === undefined);
    expect(await revoked(session)).toBe('unknown');
    expect(await read((db) => store.count(db, {}))).toBe(0);
    // The end is written down, should the session ever come back.
    expect(await end(session.id)).toEqual([]);
    const text = 'SELECT reason FROM ended_sessions WHERE session_id = $1';
    expect(await w.outside.query(text, [session.id])).toEqual([{ reason: 'revoked' }]);
    expect(await revoked(await start(user))).toBe(false);
  }, 30_000);
});

describeWithRedis('what Redis keeps', () => {
  let w: RedisWorld;
  beforeAll(async () => {
    w = await redisWorld();
  });
  afterAll(() => w.stop());

  it('goes by itself: a session a retention after its expiry or its end, an index with its last', async () => {
    const { newUser, start, rotate, read, store, server } = w;
    const user = await newUser();
    const session = await start(user);
    const key = `portcullis:session:${session.id}`;
    const near = (actual: number, expected: number) => {
      expect(actual).toBeLessThanOrEqual(expected);
      expect(actual).toBeGreaterThan(expected - MINUTE);
    };
    near(await server.client.pttl(key), 60 * MINUTE + RETENTION);
    await rotate(session.id, 0, { idleTtl: 90 * MINUTE });
    near(await server.client.pttl(key), 90 * MINUTE + RETENTION);
    await read((db) => store.end(db, [session.id], 'logged_out', null));
    near(await server.client.pttl(key), RETENTION);
    near(await server.client.pttl(`portcullis:user:${user.id}`), DAY + RETENTION);
  });

  it('is marked before an end is committed, so that a refresh in between loses', async () => {
    const { newUser, start, rotate, transaction, store, server } = w;
    const user = await newUser();
    const [one, two] = [await start(user), await start(user, { deviceId: 'phone' })];
    await transaction(async (trx) => {
      await store.end(trx, [one.id], 'revoked', null);
      await store.endOfUser(trx, user.id, { deviceId: 'phone' }, 'revoked', null);
      expect(await rotate(one.id, 0)).toBeUndefined();
      expect(await rotate(two.id, 0)).toBeUndefined();
    });
    for (const { id } of [one, two]) {
      expect(await server.client.hget(`portcullis:session:${id}`, 'counter')).toBe('0');
    }
  });

  it('of its own accord not, the clean-up drops: entries whose session is gone', async () => {
    const { clock, newUser, start, server, read, store } = w;
    const user = await newUser();
    const [gone, stays] = [await start(user), await start(user)];
    await server.client.del(`portcullis:session:${gone.id}`);
    const entries = () => server.client.zrange(`portcullis:user:${user.id}`, 0, -1);
    const cleanUp = () => read((db) => store.cleanUp(db, 1_000));
    await cleanUp();
    // Such an entry may be that of a sign-in under way, until it is an hour old.
    expect(await entries()).toEqual([gone.id, stays.id]);
    clock.advance(61 * MINUTE);
    await cleanUp();
    await cleanUp();
    expect(await entries()).toEqual([stays.id]);
    expect(await server.client.zrange('portcullis:sessions', 0, -1)).not.toContain(
      `${gone.id}:${user.id}`,
    );
  });

  it('counts as open what has expired no longer than until the clean-up', async () => {
    const { clock, newUser, start, rotate, server, read, store, outside } = w;
    const user = await newUser();
    const [expired, moved] = [await start(user), await start(user)];
    const [row] = await outside.query<{ epoch: number }>(
      'SELECT max(epoch) AS epoch FROM global_epochs',
    );
    const open = () => server.client.zrange(`portcullis:open:${row?.epoch ?? ''}`, 0, -1);
    clock.advance(30 * MINUTE);
    await rotate(moved.id, 0);
    // As if the refresh had not got round to it.
    const score = clock.now() - MINUTE;
    await server.client.zadd(`portcullis:open:${row?.epoch ?? ''}`, score, moved.id);
    clock.advance(31 * MINUTE);
    expect(await open()).toEqual(expect.arrayContaining([expired.id, moved.id]));
    await read((db) => store.cleanUp(db, 1_000));
    expect(await open()).toContain(moved.id);
    expect(await open()).not.toContain(expired.id);
    expect(await read((db) => store.count(db, { ended: false }))).toBeGreaterThan(0);
  });

  it('of ends PostgreSQL forgets once no session could be stopped by them', async () => {
    const { clock, newUser, start, read, transaction, store, outside } = w;
    const user = await newUser();
    const { id } = await start(user);
    await read((db) => store.end(db, [id], 'logged_out', null));
    await transaction((trx) => store.endOfUser(trx, user.id, {}, 'revoked', null));
    const rows = async () => [
      (await outside.query('SELECT 1 FROM ended_sessions WHERE session_id = $1', [id])).length,
      (await outside.query('SELECT 1 FROM session_cuts WHERE user_id = $1', [user.id])).length,
    ];
    const cleanUp = () => read((db) => store.cleanUp(db, 1_000));
    clock.advance(DAY - MINUTE);
    await cleanUp();
    expect(await rows()).toEqual([1, 1]);
    clock.advance(2 * MINUTE);
    await cleanUp();
    expect(await rows()).toEqual([0, 1]);
    clock.advance(400 * DAY);
    await cleanUp();
    expect(await rows()).toEqual([0, 0]);
  });

  it('of a refresh stands while PostgreSQL goes away, and the loss of the event is told', async () => {
    const { newUser, start, rotate, outside, losses } = w;
    const { id } = await start(await newUser());
    await outside.query('ALTER TABLE audit_events RENAME TO elsewhere');
    expect(await rotate(id, 0)).toBeDefined();
    await outside.query('ALTER TABLE elsewhere RENAME TO audit_events');
    expect(losses).toEqual(['the audit event of a refresh']);
    expect(await rotate(id, 1)).toBeDefined();
  });

  it('is nobody’s word on another user: a session that is not the token’s user’s is unknown', async () => {
    const { newUser, start, store } = w;
    const [ada, bob] = [await newUser(), await newUser()];
    const { id } = await start(ada);
    expect((await store.readStates([{ sessionId: id, userId: bob.id }])).size).toBe(0);
  });
});
