import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { isReachable } from '../../../src/database/embedded/data-folder.js';
import { installedPostgres, type NativePostgres } from '../../../src/database/embedded/platform.js';
import { clearLeftPostmaster } from '../../../src/database/embedded/postmaster-pid.js';
import { processStart } from '../../../src/database/embedded/process-identity.js';
import {
  startCluster,
  type EmbeddedPostgres,
  type StartRequest,
} from '../../../src/database/embedded/start-cluster.js';

export const isRoot = process.getuid?.() === 0;

/** Tests what only root can do or only root must take care of. */
export const itAsRoot = isRoot ? it : it.skip;

/** A plain user that every system has. */
export const NOBODY = { uid: 65_534, gid: 65_534 };

const folders: string[] = [];
const servers: ChildProcess[] = [];
const clusters: EmbeddedPostgres[] = [];

/** Starts PostgreSQL from this process; a test that fails does not leave it running. */
export async function start(
  request: Omit<StartRequest, 'native'> & Partial<StartRequest>,
): Promise<EmbeddedPostgres> {
  const cluster = await startCluster({ native: await installedPostgres(), ...request });
  clusters.push(cluster);
  return cluster;
}

/** A folder of this test file's own that every user can reach. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** Ends what the tests left running and removes their folders. */
export async function cleanUp(): Promise<void> {
  for (const cluster of clusters.splice(0)) await cluster.stop();
  await killServers();
  for (const folder of folders.splice(0)) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      await clearLeftPostmaster(join(folder, entry.name, 'postgres'), () => undefined);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kills every process that the tests have started. */
export async function killServers(): Promise<void> {
  for (const server of servers.splice(0)) await killServer(server);
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  // A server that is killed under an idle connection is part of some tests.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A copy of the installed binaries, without the symlinks that the install script makes. */
export async function packageWithoutLinks(native: NativePostgres): Promise<NativePostgres> {
  const dir = join(await newFolder(), 'native');
  await cp(native.dir, dir, { recursive: true, verbatimSymlinks: true });
  for (const entry of await readdir(join(dir, 'lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await unlink(join(dir, 'lib', entry.name));
  }
  return { ...native, dir };
}

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  steps: string[];
}

/** Runs `startCluster` in a process of its own, as another user if told so. */
export async function startServer(
  request: StartRequest,
  user: { uid?: number; gid?: number } = {},
): Promise<ServerProcess> {
  const child = await spawnServer(request, user);
  const steps: string[] = [];
  for await (const told of wordsOf(child)) {
    if (told.step !== undefined) steps.push(told.step);
    if (told.failure !== undefined) throw new Error(told.failure);
    if (told.url !== undefined) return { child, url: told.url, steps };
  }
  throw new Error('The server process ended without a word.');
}

/** Starts a server in a process of its own and kills that as soon as initdb has written files. */
export async function killDuringInitialisation(request: StartRequest): Promise<void> {
  const child = await spawnServer(request);
  for await (const { step } of wordsOf(child)) {
    if (step?.includes('initialising') === true) break;
  }
  while (!(await hasHalfMadeCluster(request.dataDir))) await delay(5);
  await killServer(child);
}

async function hasHalfMadeCluster(dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir, { recursive: true });
  return names.some((name) => /^postgres\.new-.*PG_VERSION$/.test(name));
}

async function spawnServer(
  request: StartRequest,
  user: { uid?: number; gid?: number } = {},
): Promise<ChildProcessByStdio<null, Readable, null>> {
  const program = await serverProgram();
  const child = spawn(await reachableNode(), [program, JSON.stringify(request)], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(child);
  return child;
}

interface Told {
  step?: string;
  url?: string;
  failure?: string;
}

async function* wordsOf(child: { stdout: Readable }): AsyncGenerator<Told> {
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Told;
}

/** Kills the Node process alone; its PostgreSQL goes on. */
export async function killServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A live process that has nothing to do with PostgreSQL. */
export async function stranger(user: { uid?: number; gid?: number } = {}): Promise<ChildProcess> {
  const child = spawn('sleep', ['60'], { ...user, cwd: '/', stdio: 'ignore' });
  await once(child, 'spawn');
  servers.push(child);
  return child;
}

/** A process that is dead and that nobody reaps: it still answers to signals. */
export async function zombie(user: { uid?: number; gid?: number } = {}): Promise<number> {
  // The child outlives the shell's change into a program that reaps nobody.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  servers.push(parent);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  while ((await processStart(pid)) !== undefined) await delay(20);
  return pid;
}

const COMPILED = join(__dirname, '../../../dist');

/** What runs a server, where every user can read it: the checkout may be barred. */
async function serverProgram(): Promise<string> {
  const out = await newFolder();
  await writeFile(join(out, 'package.json'), '{"type":"module"}');
  for (const folder of ['database/embedded', 'errors']) {
    await cp(join(COMPILED, folder), join(out, folder), { recursive: true });
  }
  const program = join(out, 'program.js');
  await writeFile(
    program,
    `import { startCluster } from './database/embedded/start-cluster.js';
     const tell = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
     try {
       const onStep = (step) => tell({ step });
       const { url } = await startCluster({ ...JSON.parse(process.argv[2]), onStep });
       tell({ url });
     } catch (error) {
       tell({ failure: error.name + ': ' + error.message });
     }`,
  );
  return program;
}

async function reachableNode(): Promise<string> {
  if (!isRoot || (await isReachable(process.execPath, NOBODY))) return process.execPath;
  const copy = join(await newFolder(), 'node');
  await cp(process.execPath, copy);
  return copy;
}
