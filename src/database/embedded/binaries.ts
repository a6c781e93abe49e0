import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { StartupError } from '../../errors/startup-error.js';
import { copyBinaries, onlyRootCanWrite } from './binaries-copy.js';
import { completePackage, PROGRAMS } from './library-links.js';
import { useYourOwn, type NativePostgres } from './platform.js';
import { run, type Runner } from './run.js';

/** Programs that the chosen user can run. */
export interface Binaries {
  dir: string;
  /** Removes what was made for this run alone. */
  release(): Promise<void>;
}

interface BinariesRequest {
  native: NativePostgres;
  dataDir: string;
  runner: Runner | undefined;
  onStep: (line: string) => void;
  /** Where root keeps copies that every user can reach. */
  sharedDir?: string;
}

/**
 * Finds or makes a place from which the chosen user can run the programs: the package itself, or a
 * copy where that user cannot reach it, its symlinks are missing and cannot be made, and the like.
 *
 * @throws StartupError when they run from nowhere.
 */
export async function placeBinaries(request: BinariesRequest): Promise<Binaries> {
  const { native, runner, onStep } = request;
  let problem = 'its library links are missing and cannot be made';
  if (await completePackage(native.dir)) {
    const found = await problemOf(native.dir, runner);
    if (found === undefined) return { dir: native.dir, release: () => Promise.resolve() };
    problem = found;
  }
  for (const place of runner === undefined ? [inDataDir] : [inSharedDir, inTemporaryDir]) {
    const binaries = await place(request).catch((error: unknown) => {
      problem = String(error);
    });
    if (binaries === undefined) continue;
    const found = await problemOf(binaries.dir, runner);
    if (found === undefined) {
      onStep(`PostgreSQL: running from a copy in ${dirname(binaries.dir)}`);
      return binaries;
    }
    problem = found;
    await binaries.release();
  }
  const as = runner === undefined ? '' : ` as ${runner.name}`;
  throw new StartupError(`The embedded PostgreSQL cannot run here${as}: ${problem}. ${useYourOwn}`);
}

type Place = (request: BinariesRequest) => Promise<Binaries | undefined>;

const inDataDir: Place = async ({ native, dataDir }) => {
  const dir = join(dataDir, `postgresql-${native.version}`);
  await copyBinaries(native.dir, dir);
  return { dir, release: () => Promise.resolve() };
};

const inSharedDir: Place = async ({ native, sharedDir = '/var/lib/portcullis' }) => {
  await mkdir(sharedDir, { mode: 0o755 })
    .then(() => chmod(sharedDir, 0o755))
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  if (!(await onlyRootCanWrite(sharedDir))) return undefined;
  const dir = join(sharedDir, `postgresql-${native.version}`);
  await copyBinaries(native.dir, dir);
  return { dir, release: () => Promise.resolve() };
};

const inTemporaryDir: Place = async ({ native }) => {
  if (!(await onlyRootCanWrite(tmpdir(), true))) return undefined;
  const parent = await mkdtemp(join(tmpdir(), 'portcullis-'));
  await chmod(parent, 0o755);
  const release = (): Promise<void> => rm(parent, { recursive: true, force: true });
  try {
    const dir = join(parent, `postgresql-${native.version}`);
    await copyBinaries(native.dir, dir);
    return { dir, release };
  } catch (error) {
    await release();
    throw error;
  }
};

/** Why the user cannot run these programs; nothing if they run. */
async function problemOf(dir: string, runner: Runner | undefined): Promise<string | undefined> {
  for (const program of PROGRAMS) {
    const { code, output } = await run(join(dir, 'bin', program), ['--version'], { runner });
    if (code !== 0) return output.trim().split('\n')[0] ?? 'it was killed';
  }
  return undefined;
}
