import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { DedicatedConnection } from '../../src/database/index.js';

let real: TestDatabase;
let connection: DedicatedConnection;
beforeAll(async () => {
  real = await createTestDatabase();
  const onNotice = () => undefined;
  connection = await DedicatedConnection.open(real.url, { onNotice, onLost: onNotice });
});
afterAll(async () => {
  connection.close();
  await real.drop();
});

describe('a connection that listens', () => {
  it.each(['enable_seqscan', 'jit'])('has %s switched off', async (setting) => {
    const asked = connection.query(`SHOW ${setting}`, [], { timeout: 1_000 });
    expect(await asked).toEqual([{ [setting]: 'off' }]);
  });
});
