import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { StartupError } from '../../errors/startup-error.js';
import { readPostmasterStatus, signalTo } from './postmaster-pid.js';
import { asRunner, cleanEnvironment, type Runner } from './run.js';
import type { ServerLog } from './server-log.js';

export interface Postmaster {
  port: number;
  exited: Promise<void>;
  stop(): Promise<void>;
}

interface PostmasterRequest {
  binDir: string;
  clusterDir: string;
  /** How the cluster is named to PostgreSQL, which starts inside it. */
  location: string;
  runner: Runner | undefined;
  log: ServerLog;
  settings: Record<string, string>;
  /** Default: a free one. */
  port?: number | undefined;
}

const READY_WITHIN_MS = 60_000;
const READY_POLL_MS = 15;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 10_000;

/** Failures that pass by themselves: a port taken in between, backends of a killed one ending. */
const PASSING = /could not create any TCP\/IP sockets|shared memory block .* is still in use/;
const RETRY_FOR_MS = 15_000;

/**
 * Runs PostgreSQL on a port of the loopback interface and waits until it takes connections.
 *
 * @throws StartupError with what PostgreSQL says when it does not get there.
 */
export async function runPostmaster(request: PostmasterRequest): Promise<Postmaster> {
  const deadline = performance.now() + RETRY_FOR_MS;
  for (;;) {
    const port = request.port ?? (await freePort());
    const child = launch(request, port);
    const problem = await failureToGetReady(child, request);
    if (problem === undefined) return postmasterOf(child, port);
    if (!PASSING.test(problem) || performance.now() > deadline) {
      throw new StartupError(`PostgreSQL did not start: ${problem} (its log: ${request.log.path})`);
    }
    await delay(200);
  }
}

function launch(request: PostmasterRequest, port: number): ChildProcess {
  const { binDir, clusterDir, location, runner, log, settings } = request;
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
    logging_collector: 'off',
    log_destination: 'stderr',
    ...settings,
    port: String(port),
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(join(binDir, 'postgres'), ['-D', location, ...flags], {
    cwd: clusterDir,
    ...asRunner(runner),
    env: cleanEnvironment(),
    // A process group of its own: Ctrl-C in the terminal must reach only us.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
}

async function failureToGetReady(
  child: ChildProcess,
  { clusterDir, log }: PostmasterRequest,
): Promise<string | undefined> {
  let launchError: Error | undefined;
  child.on('error', (error) => {
    launchError = error;
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (launchError !== undefined) return launchError.message;
    if (hasExited(child)) return log.failure();
    const status = await readPostmasterStatus(clusterDir);
    if (status?.ready === true && status.pid === child.pid) return undefined;
    await delay(READY_POLL_MS);
  }
  await stopChild(child);
  return `it was not ready within ${READY_WITHIN_MS / 1000} seconds`;
}

function postmasterOf(child: ChildProcess, port: number): Postmaster {
  const exited = hasExited(child) ? Promise.resolve() : once(child, 'exit').then(() => undefined);
  let stopping: Promise<void> | undefined;
  return { port, exited, stop: () => (stopping ??= stopChild(child)) };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasExited(child)) return;
  const exited = once(child, 'exit');
  for (const [signal, patience] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
    ['SIGKILL', IMMEDIATE_STOP_MS],
  ] as const) {
    signalTo(child.pid, signal);
    const timer = new AbortController();
    await Promise.race([exited, delay(patience, undefined, { signal: timer.signal })]);
    timer.abort();
    if (hasExited(child)) return;
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No TCP port was given.');
  return address.port;
}
