import { sessionStoreSuite } from './sessions.suite.js';
import { postgresWorld } from './world.js';
import type { World } from './world.js';

describe('sessions in PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await postgresWorld();
  });
  afterAll(() => world.stop());
  sessionStoreSuite(() => world);
});
