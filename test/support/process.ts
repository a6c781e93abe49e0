import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keep } from '../canary/canary.js';
import { ADMIN, SECRET } from './server.js';

const BIN = fileURLToPath(new URL('../../bin/portcullis.js', import.meta.url));

/** A server in a process of its own, started as an operator would. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Sends the signal and waits for the end. Answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface SpawnOptions {
  /** The program. Default: the checkout's. */
  readonly bin?: string;
}

/** Starts `portcullis start` and answers when it says that it is ready. */
export async function spawnServer(
  databaseUrl: string,
  env: Record<string, string> = {},
  { bin = BIN }: SpawnOptions = {},
): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-node-'));
  const child = spawn(process.execPath, [bin, 'start'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      PORTCULLIS_SECRET: SECRET,
      PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
      PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(child, 'exit');
  void exited.then(() => rm(dataDir, { recursive: true, force: true }));
  const url = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      keep('log', chunk.toString());
      const [, at] = /GraphQL {2}(http:\S+)\/graphql[\s\S]*Ready\./.exec(output) ?? [];
      if (at !== undefined) found(at);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(([code]) =>
      failed(new Error(`the server exited with ${String(code)}: ${output}`)),
    );
  });
  return {
    url,
    child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
