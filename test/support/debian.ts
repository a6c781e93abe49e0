import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless } from './skip.js';

const isRoot = process.getuid?.() === 0;

/** The user of Debian's package, as whom its programs run where we are root: they refuse root. */
const USER = 'postgres';

/** Those of these programs that are not installed. */
export function missing(programs: readonly string[]): string[] {
  return programs.filter((program) => !existsSync(program));
}

/** `describe`, where these programs are installed. */
export function describeWith(programs: readonly string[]): ReturnType<typeof describeUnless> {
  const lacks = missing(programs);
  return describeUnless(lacks.length === 0 ? undefined : `no ${lacks.join(', ')}`);
}

/** A folder of its own that the programs' user owns. */
export async function foreignFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(process.env['TEST_DATABASES'] ?? tmpdir(), 'foreign-'));
  await chmod(path, 0o755);
  if (isRoot) {
    const { uid, gid } = await idsOf(USER);
    await chown(path, uid, gid);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) =>
    Number((await promisify(execFile)('id', [flag, user])).stdout.trim());
  return { uid: await id('-u'), gid: await id('-g') };
}

function asUser(program: string, args: readonly string[]): [string, string[]] {
  if (!isRoot) return [program, [...args]];
  const drop = [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups'];
  return ['setpriv', [...drop, program, ...args]];
}

const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Runs a program to its end. @throws with what it printed when it fails. */
export async function runForeign(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(...asUser(program, args), {
    cwd: '/',
    env: environment,
    timeout: 60_000,
  });
  return stdout;
}

/** A program that goes on running. */
export interface ForeignProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Sends the signal and waits for the end; a process that has ended is left alone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export function spawnForeign(program: string, args: readonly string[]): ForeignProcess {
  const [command, given] = asUser(program, args);
  const child = spawn(command, given, {
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const exited = once(child, 'exit');
  return {
    child,
    output: () => output,
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
