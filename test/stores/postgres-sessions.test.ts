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
