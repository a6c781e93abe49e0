import { sessionStoreSuite } from './sessions.suite.js';
import { DAY, postgresWorld } from './world.js';
import type { World } from './world.js';

describe('sessions in PostgreSQL', () => {
  let world: World;
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
