import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS, canPin, freePort } from './node.mjs';

const FOLDER = fileURLToPath(new URL('../subjects/', import.meta.url));
const PATIENCE = 120_000;

/**
 * Starts a subject of a comparison in a process of its own, and answers when it says that it is ready.
 * @param {object} options
 * @param {string} options.subject its file in bench/subjects/
 * @param {string} options.database a database of its own
 * @param {number} [options.core] the core that it is kept to
 * @param {number} [options.sessions] how many it shall have
 * @param {Record<string, string>} [options.env] further settings
 * @param {string[]} [options.node] arguments for Node
 */
export async function startSubject(options) {
  const { subject, database, core, sessions = 1_000, env = {}, node = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-subject-'));
  const headersFile = join(folder, 'headers.json');
  const port = await freePort();
  const pinned = canPin && core !== undefined ? ['taskset', '-c', String(core)] : [];
  const command = [
    ...pinned,
    process.execPath,
    ...NODE_FLAGS,
    ...node,
    join(FOLDER, `${subject}.mjs`),
  ];
  const child = spawn(command[0], command.slice(1), {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: database,
      DATA_DIR: folder,
      HEADERS_FILE: headersFile,
      PROFILE_FILE: join(folder, 'profile.json'),
      SESSIONS: String(sessions),
      LOG_LEVEL: 'error',
      PORTCULLIS_SECRET: randomBytes(48).toString('base64'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const orphaned = () => child.kill('SIGTERM');
  process.once('exit', orphaned);
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    process.off('exit', orphaned);
    await rm(folder, { recursive: true, force: true });
  };
  let output = '';
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const isReady = new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (/^ready$/m.test(output)) resolve();
    });
    void exited.then(() => reject(new Error(`${subject} has ended: ${output}`)));
    setTimeout(() => reject(new Error(`${subject} is not ready: ${output}`)), PATIENCE).unref();
  });
  try {
    await isReady;
  } catch (error) {
    await stop();
    throw error;
  }
  const headers = JSON.parse(await readFile(headersFile, 'utf8'));
  const { pid, stdout } = child;
  return { url: `http://127.0.0.1:${port}`, pid, stdout, headers, stop, folder };
}
