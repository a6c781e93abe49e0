import { ask, login } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import { until } from '../support/until.js';

it('a key that is published is heard of by the doorbell, long before the next look', async () => {
  const one = await startTestServer();
  const env = { FEED_POLL_INTERVAL: '1m' };
  const two = await startTestServer({ database: one.database, env });
  const { accessToken: token } = await login(one.url, ADMIN.email, ADMIN.password);
  const { data } = await ask(one.url, 'mutation { rotateSigningKey { kid } }', { token });
  const { kid } = data?.['rotateSigningKey'] as { kid: string };
  const isPublished = async () => {
    const answer = await fetch(`${two.url}/.well-known/jwks.json`);
    return (await answer.text()).includes(kid);
  };
  // Before the report of the node, which would tell it too.
  await until(isPublished, 5_000).finally(() => two.stop());
  await one.stop();
});
