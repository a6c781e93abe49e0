// A Portcullis server, and beside it a service that takes its tokens and has no access to its database.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startService } from './service.mjs';

const serviceToken = randomBytes(32).toString('base64url');
const bin = fileURLToPath(new URL('../../bin/portcullis.js', import.meta.url));
const auth = spawn(process.execPath, [bin, 'start'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, PORT: '0', PORTCULLIS_SERVICE_TOKENS: serviceToken },
});
process.once('exit', () => auth.kill());
let authUrl;
for await (const line of createInterface(auth.stdout)) {
  authUrl ??= /^GraphQL +(\S+)\/graphql$/.exec(line)?.[1];
  if (line === 'Ready.') break;
}
console.log(`Sign in  ${authUrl}/graphql`);
const service = await startService({
  ...{ authUrl, serviceToken },
  port: Number(process.env.PORT ?? 4_000),
});
console.log(`GraphQL  ${service.url}/graphql`);

process.once('SIGTERM', stop).once('SIGINT', stop);
async function stop() {
  await service.stop();
  auth.kill('SIGTERM');
  await once(auth, 'exit');
}
