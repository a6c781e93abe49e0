import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { run } from '../../src/cli/program.js';
import { SECRET } from '../support/server.js';

/** Some commands are processes of their own, on machines that are busy with other tests. */
jest.setTimeout(60_000);

const BIN = resolve(__dirname, '../../bin/portcullis.js');

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What tests give to commands: nothing of this process leaks in. */
function environment(env: Record<string, string> = {}): Record<string, string> {
  const path = process.env['PATH'] ?? '';
  return { PATH: path, NODE_ENV: 'test', PORTCULLIS_SECRET: SECRET, ...env };
}

let last: Promise<unknown> = Promise.resolve();

/** Runs a command line in this process, one at a time: a process of its own takes a second to load it all. */
export function portcullis(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const ended = last.then(() => runHere(args, env));
  last = ended.catch(() => undefined);
  return ended;
}

async function runHere(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  try {
    return { code: await run(args, environment(env)), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs it as an operator would, in a process of its own, and waits for its end. */
export async function spawned(
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Ended> {
  const child = spawnPortcullis(args, env);
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  // A checkout whose sources changed since the tests began says that it builds itself.
  return { code, stdout, stderr: stderr.replace(/^Building Portcullis…\n/, '') };
}

/** Starts `portcullis` for a test that watches it run. */
export function spawnPortcullis(args: readonly string[], env: Record<string, string>) {
  return spawn(process.execPath, [BIN, ...args], { env: environment(env) });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test knows what it asked for
type Json = Record<string, any>;

/** What a command told programs; fails with its complaint if it did not end well. */
export function answerOf({ code, stdout, stderr }: Ended): Json {
  if (code !== 0) throw new Error(`exit code ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as Json;
}

/** The same of a command that answers a list. */
export function listOf(ended: Ended): Json[] {
  return answerOf(ended) as Json[];
}

/** The rows of a table, each by its headings. */
export function rowsOf(printed: string): Record<string, string>[] {
  const [head = '', ...lines] = printed.trimEnd().split('\n');
  const headings = head.split(/ {2,}/);
  return lines.map((line) => {
    const cells = line.split(/ {2,}/);
    return Object.fromEntries(headings.map((heading, at) => [heading, cells[at] ?? '']));
  });
}

/** UTC with milliseconds. */
export const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
