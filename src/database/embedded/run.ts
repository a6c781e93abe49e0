import { spawn } from 'node:child_process';

/** The user that PostgreSQL runs as when we ourselves are root. */
export interface Runner {
  name: string;
  uid: number;
  gid: number;
}

interface RunOptions {
  cwd?: string;
  runner?: Runner | undefined;
  input?: string;
}

interface RunResult {
  /** `undefined` when the program could not be started or was killed. */
  code: number | undefined;
  /** Standard output and error, as they came. */
  output: string;
}

/**
 * The environment of PostgreSQL's programs. Ours holds secrets, and may hold PG* variables that
 * would bend the cluster.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/** What `spawn` needs to run a program as this user. */
export function asRunner(runner: Runner | undefined): { uid?: number; gid?: number } {
  return runner === undefined ? {} : { uid: runner.uid, gid: runner.gid };
}

/** Runs a short program to its end. Never rejects. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, runner, input }: RunOptions = {},
): Promise<RunResult> {
  return new Promise<RunResult>((resolve) => {
    let output = '';
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...asRunner(runner),
      env: cleanEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const collect = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    // A program that ends without reading its input is no failure of ours.
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', (error) => {
      resolve({ code: undefined, output: error.message });
    });
    child.once('close', (code) => {
      resolve({ code: code ?? undefined, output });
    });
  }).catch((error: unknown) => ({
    // A root without the right to change its user: spawn throws instead of an event.
    code: undefined,
    output: error instanceof Error ? error.message : String(error),
  }));
}
