import { exchange } from '../fuzz/raw.js';
import { startTestServer } from '../support/server.js';

it('what comes behind a request to be a proxy holds up no stop', async () => {
  const server = await startTestServer();
  const head = Buffer.from('CONNECT other:443 HTTP/1.1\r\nhost: other:443\r\n\r\n');
  await exchange(server.url, Buffer.concat([head, Buffer.alloc(200_000, 'x')]), true);
  // It waits for every connection that is not over.
  await server.stop();
});
