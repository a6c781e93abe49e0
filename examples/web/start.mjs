// A Portcullis server, and the page in front of it: one origin, so that the cookie is the page's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { createVault } from './vault.mjs';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

const serviceToken = randomBytes(32).toString('base64url');
const auth = spawn(process.execPath, [pathOf('../../bin/portcullis.js'), 'start'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, PORT: '0', PORTCULLIS_SERVICE_TOKENS: serviceToken },
});
process.once('exit', () => auth.kill());
let authUrl;
for await (const line of createInterface(auth.stdout)) {
  authUrl ??= /^GraphQL +(\S+)\/graphql$/.exec(line)?.[1];
  if (line === 'Ready.') break;
}
const vault = await createVault({ authUrl, serviceToken });

const vite = await createServer({
  configFile: false,
  root: pathOf('.'),
  cacheDir: join(process.env.DATA_DIR ?? pathOf('.data'), 'vite'),
  logLevel: 'warn',
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT ?? 5_173),
    proxy: { '/graphql': { target: authUrl, ws: true } },
    // What the page loads of this package is built into dist/.
    fs: { allow: [pathOf('../..')] },
  },
  plugins: [
    {
      name: 'vault',
      configureServer({ middlewares }) {
        middlewares.use(vault.middleware);
      },
    },
  ],
  optimizeDeps: {
    include: [
      'react',
      'react/jsx-dev-runtime',
      'react-dom/client',
      '@apollo/client',
      '@apollo/client/react',
    ],
  },
});
await vite.listen();
const { port } = vite.httpServer.address();
console.log(`Page     http://127.0.0.1:${port}/`);
console.log(`GraphQL  http://127.0.0.1:${port}/graphql`);

process.once('SIGTERM', stop).once('SIGINT', stop);
async function stop() {
  await vite.close();
  await vault.stop();
  auth.kill('SIGTERM');
  await once(auth, 'exit');
}
