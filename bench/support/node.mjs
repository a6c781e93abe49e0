import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/portcullis.js', import.meta.url));
const PATIENCE = 120_000;

// Each node adds a listener for the end of this process.
process.setMaxListeners(50);

export const ADMIN = {
  email: 'admin@example.com',
  password: randomBytes(18).toString('base64url'),
};
const SECRET = randomBytes(48).toString('base64');

const { scripts } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
/** What `npm start` tells Node; every server here is started with it, the peers too. */
export const NODE_FLAGS = scripts.start.match(/--\S+/g);

/** Whether processes can be kept to a core of their own. */
export const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Keeps this process, and all that it starts from now on, to one core. */
export const pinSelf = (core) => pin(process.pid, core);

function pin(pid, core) {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)]);
}

/**
 * Starts a server in a process of its own, set up as for production, and answers when it is ready.
 * @param {object} options
 * @param {string} options.database its DATABASE_URL
 * @param {Record<string, string>} [options.env] further settings
 * @param {number | string} [options.core] the core that it is kept to, or several: '0,1'
 * @param {string[]} [options.run] what to run in place of `portcullis start`
 */
export async function startNode({ database, env = {}, core, run = [BIN, 'start'] }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-bench-node-'));
  const port = await freePort();
  const pinned = canPin && core !== undefined;
  const taskset = pinned ? ['taskset', '-c', String(core)] : [];
  const command = [...taskset, process.execPath, ...NODE_FLAGS, ...run];
  const child = spawn(command[0], command.slice(1), {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: database,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      PORTCULLIS_SECRET: SECRET,
      PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
      PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever ends this process, ends what it has started.
  const orphaned = () => child.kill('SIGTERM');
  process.once('exit', orphaned);
  let output = '';
  const listen = (chunk) => (output += String(chunk));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    process.off('exit', orphaned);
    await rm(dataDir, { recursive: true, force: true });
  };
  const deadline = performance.now() + PATIENCE;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`the server did not start: ${output}`);
    }
    await delay(50);
  }
  return { url, stop, pin: (to) => pin(child.pid, to) };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

export async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
