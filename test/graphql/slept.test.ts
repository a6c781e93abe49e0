import { ask, register } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import { SyncedClock } from '../../src/support/synced-clock.js';

it('a machine that has slept takes no token for younger than it is', async () => {
  const local = new TestClock();
  const clock = new SyncedClock(local);
  const env = { AUTH_MAX_STALE: '30s', PORTCULLIS_SCHEME: 'stateless' };
  const server = await startServerBehindProxy({ clock, env });
  const { accessToken: token } = await register(server.url, 'ada@example.com', 'a long password');
  const statements = async () => {
    server.proxy.statements.length = 0;
    expect((await ask(server.url, '{ me { id } }', { token })).errors).toBeUndefined();
    return server.proxy.statements.filter((text) => /(ANY|unnest)\(\$1::uuid/.test(text)).length;
  };
  expect(await statements()).toBe(0);
  local.sleep(60_000);
  expect(await statements()).toBe(1);
  await server.stop();
});
