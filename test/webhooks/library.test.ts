import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { SECRET } from '../support/server.js';
import { until } from '../support/until.js';
import { createPortcullis } from '../../src/public/index.js';
import { Receiver } from './receiver.js';

let database: TestDatabase;
let receiver: Receiver;
beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await new Receiver().start();
});
afterAll(async () => {
  await receiver.stop();
  await database.drop();
});

it('a library in somebody else’s server writes, delivers and stops as a server does', async () => {
  const portcullis = createPortcullis({
    databaseUrl: database.url,
    logLevel: 'silent',
    secret: SECRET,
    webhookUrl: receiver.url,
    webhookSecret: 'a secret of thirty-two bytes or more',
    webhookEvents: 'account-created',
  });
  const input = { email: 'ada@example.com', password: 'a password of some length' };
  const { id } = await portcullis.services.createUser(input);
  const [{ body } = { body: {} }] = await receiver.told('user.created');
  expect(body).toMatchObject({ data: { sub_id: { sub: id }, initiating_entity: 'admin' } });
  await until(async () => (await database.query('SELECT FROM webhook_deliveries')).length === 0);
  await portcullis.stop();
});
