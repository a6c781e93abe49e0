import { sessionStoreSuite } from './sessions.suite.js';
import { DAY, MINUTE, postgresWorld } from './world.js';
import type { World } from './world.js';
import type { NewSession, PostgresSessionStore } from '../../src/stores/index.js';
import { newId } from '../../src/support/new-id.js';

type KnownRotation = Parameters<PostgresSessionStore['rotateKnown']>[0];

describe('sessions in PostgreSQL', () => {
  let world: World<PostgresSessionStore>;
  beforeAll(async () => {
    world = await postgresWorld();
  });
  afterAll(() => world.stop());
  sessionStoreSuite(() => world);

  it('rotate together, and only who asked for it waits for one that somebody holds', async () => {
    const { clock, newUser, start, rotate, transaction, store, read, outside } = world;
    const user = await newUser();
    const [held, ...free] = [await start(user), await start(user), await start(user)];
    const told: string[] = [];
    let waits: Promise<unknown> = Promise.resolve();
    await transaction(async (trx) => {
      await store.lockLive(trx, held.id);
      waits = rotate(held.id, 0).then((answer) => {
        told.push('held');
        return answer;
      });
      const moved = await Promise.all(free.map(({ id }) => rotate(id, 0)));
      expect(moved.map((each) => each?.lastUsedAt)).toEqual(free.map(() => new Date(clock.now())));
      expect(told).toEqual([]);
    });
    expect(await waits).toMatchObject({ lastUsedAt: new Date(clock.now()) });
    for (const { id } of [held, ...free]) {
      expect((await read((db) => store.findGrant(db, id)))?.refreshCounter).toBe(1);
      const text = 'SELECT count(*)::int AS n FROM audit_events WHERE session_id = $1';
      expect(await outside.query(text, [id])).toEqual([{ n: 1 }]);
    }
  });

  describe('rotated by who knows their secret', () => {
    const known = (session: NewSession, more: Partial<KnownRotation> = {}) =>
      world.store.rotateKnown({
        ...{ sessionId: session.id, secret: session.secret, expected: 0, next: 1, ip: '::1' },
        ...{ idleTtl: 60 * MINUTE, eventId: newId(world.clock) },
        ...more,
      });
    const grantOf = ({ id }: NewSession) => world.read((db) => world.store.findGrant(db, id));
    const events = ({ id }: NewSession) =>
      world.outside.query(
        'SELECT type, host(ip::inet) AS ip FROM audit_events WHERE session_id = $1',
        [id],
      );

    it('move on, and tell what a look after it would', async () => {
      const { clock, newUser, start } = world;
      const session = await start(await newUser());
      clock.advance(MINUTE);
      const grant = await known(session);
      expect(grant).toEqual({ ...(await grantOf(session)), rotationAges: [] });
      expect(grant).toMatchObject({
        ...{ refreshCounter: 1, signingKid: grant?.signingKid },
        session: { lastUsedAt: new Date(clock.now()), endedAt: null, endedReason: null },
      });
      expect((await grantOf(session))?.rotationAges).toEqual([0]);
      expect(await events(session)).toEqual([{ type: 'session.refreshed', ip: '::1' }]);
    });

    it('once, whoever asks at the same time', async () => {
      const { newUser, start } = world;
      const [one, other] = [await start(await newUser()), await start(await newUser())];
      const answers = await Promise.all([known(one), known(other), known(one)]);
      expect(answers.map((grant) => grant?.session.id)).toEqual([one.id, other.id, undefined]);
      expect(await known(one)).toBeUndefined();
      expect(await events(one)).toHaveLength(1);
    });

    it.each<[string, (session: NewSession) => unknown, Partial<KnownRotation>]>([
      ['with another secret', () => undefined, { secret: Buffer.alloc(32) }],
      ['at another counter', () => undefined, { expected: 1, next: 2 }],
      ['that has expired', () => world.clock.advance(61 * MINUTE), {}],
      [
        'that has ended',
        ({ id }) => world.transaction((trx) => world.store.end(trx, [id], 'revoked', null)),
        {},
      ],
      [
        'of a disabled account',
        ({ userId }) =>
          world.outside.query('UPDATE users SET disabled_at = now() WHERE id = $1', [userId]),
        {},
      ],
    ])('not one %s', async (_what, happens, more) => {
      const session = await world.start(await world.newUser());
      await happens(session);
      expect(await known(session, more)).toBeUndefined();
      expect((await grantOf(session))?.refreshCounter).toBe(0);
      expect(await events(session)).toEqual([]);
    });

    it('not one that somebody holds, for whom nobody waits', async () => {
      const { newUser, start, store, transaction } = world;
      const session = await start(await newUser());
      await transaction(async (trx) => {
        await store.lockLive(trx, session.id);
        expect(await known(session)).toBeUndefined();
      });
      expect(await known(session)).toMatchObject({ refreshCounter: 1 });
    });
  });

  it('are checked without a look at accounts that nothing was done to', async () => {
    const { newUser, start, store, read, users, database } = world;
    const raised = await newUser();
    await read((db) => users.raiseEpoch(db, raised.id));
    for (const user of [raised, await newUser()]) {
      const { id, userId } = await start(user);
      await store.readStates([{ sessionId: id, userId }]);
    }
    const plan = 'EXPLAIN EXECUTE portcullis_check(NULL, NULL)';
    const lines = JSON.stringify(await database.check('plan of a check', plan, []));
    expect(lines).toMatch(/Index Only Scan using users_marked on users/);
    expect(lines.match(/on users\b/g)).toHaveLength(1);
  });

  it('get their end written down when an epoch or time has brought it', async () => {
    const { clock, newUser, start, read, transaction, store, outside } = world;
    const written = async (id: string) => {
      const text =
        'SELECT ended_reason AS reason, ended_detail AS detail FROM sessions WHERE id = $1';
      return (await outside.query(text, [id]))[0];
    };
    const cleanUp = () => read((db) => store.cleanUp(db, 1_000));
    const one = await start(await newUser());
    await transaction((trx) => store.raiseGlobalEpoch(trx, 'a drill'));
    const two = await start(await newUser());
    await cleanUp();
    expect(await written(one.id)).toEqual({ reason: 'revoked', detail: 'a drill' });
    expect(await written(two.id)).toEqual({ reason: null, detail: null });
    clock.advance(DAY);
    await cleanUp();
    expect(await written(two.id)).toEqual({ reason: 'expired', detail: null });
  });
});
