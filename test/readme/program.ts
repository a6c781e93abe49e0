import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './readme.js';

const BIN = join(ROOT, 'bin/portcullis.js');
const run = promisify(execFile);

/** Less than the time-outs of the tests: what hangs is ended in order, and its output is shown. */
const PATIENCE = 90_000;
export const TIMEOUT = 120_000;

/** What a newcomer's shell knows, and nothing that the test run has set. */
const environment = () => ({ PATH: process.env['PATH'], HOME: tmpdir() });

/** Runs `portcullis …` to its end and answers what it printed. */
export async function portcullis(...args: readonly string[]): Promise<string> {
  const options = { env: environment(), timeout: PATIENCE };
  const { stdout } = await run(process.execPath, [BIN, ...args], options);
  return stdout;
}

export interface FirstStart {
  readonly url: string;
  readonly output: string;
  stop(): Promise<void>;
}

/** `npm start` in an empty folder, on a free port in place of 4000. */
export async function firstStart(): Promise<FirstStart> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-readme-'));
  const child = spawn(process.execPath, [BIN, 'start'], {
    cwd: folder,
    env: { ...environment(), PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  await new Promise<void>((ready, failed) => {
    const timer = setTimeout(() => child.kill('SIGTERM'), PATIENCE);
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!/^Ready\.$/m.test(output)) return;
      clearTimeout(timer);
      ready();
    });
    void exited.then(() => failed(new Error(`it did not start: ${output}`)));
  });
  const [, url = ''] = /GraphQL {2}(\S+)\/graphql/.exec(output) ?? [];
  return {
    url,
    output,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
