import { placeBinaries, type Binaries } from './binaries.js';
import { clusterArgument } from './cluster-location.js';
import { clusterPassword, createCluster, hasCluster } from './cluster.js';
import { keepRunning } from './keep-running.js';
import { dataFolder, makeDataFolder, onDataFolder, type DataFolder } from './data-folder.js';
import type { NativePostgres } from './platform.js';
import { clearLeftPostmaster } from './postmaster-pid.js';
import { runPostmaster, type Postmaster } from './postmaster.js';
import { clusterUrl } from './running-cluster.js';
import { chooseRunner, refuseForeignCluster } from './runner.js';
import type { Runner } from './run.js';
import { takeServerLock } from './server-lock.js';
import { openServerLog } from './server-log.js';

/** A PostgreSQL that this process runs. */
export interface EmbeddedPostgres {
  /** Connection string of the superuser, with its password. */
  readonly url: string;
  /** Settles when it was stopped; when it dies by itself it is started again on the same port. */
  readonly exited: Promise<void>;
  /** Stops it in order and frees the data folder. May be called more than once. */
  stop(): Promise<void>;
}

export interface StartRequest {
  /** Absolute. */
  dataDir: string;
  native: NativePostgres;
  onStep?: (line: string) => void;
  durable?: boolean;
  settings?: Record<string, string>;
  sharedDir?: string;
}

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Takes the folder's lock, brings the cluster into being if need be, and runs it. */
export async function startCluster(request: StartRequest): Promise<EmbeddedPostgres> {
  const folder = dataFolder(request.dataDir);
  return onDataFolder(folder.root, async () => {
    await makeDataFolder(folder.root);
    await refuseForeignCluster(folder.cluster);
    const lock = await takeServerLock(folder.root);
    try {
      const { url, postmaster, binaries } = await runIn(folder, request);
      let stopping: Promise<void> | undefined;
      const stop = async (): Promise<void> => {
        await postmaster.stop();
        await binaries.release();
        await lock.release();
      };
      return { url, exited: postmaster.exited, stop: () => (stopping ??= stop()) };
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

interface Running {
  url: string;
  postmaster: Postmaster;
  binaries: Binaries;
}

async function runIn(folder: DataFolder, request: StartRequest): Promise<Running> {
  const { native, durable = true, sharedDir, onStep = () => undefined } = request;
  const isNew = !(await hasCluster(folder, native.version));
  const runner = await chooseRunner(folder.cluster, onStep);
  const password = await clusterPassword(folder, isNew);
  const binaries = await placeBinaries({
    ...{ native, dataDir: folder.root, runner, onStep },
    ...(sharedDir === undefined ? {} : { sharedDir }),
  });
  const binDir = `${binaries.dir}/bin`;
  try {
    if (isNew) {
      onStep(`PostgreSQL: initialising ${folder.cluster}`);
      await createCluster({ folder, binDir, runner, password, durable });
    }
    const postmaster = await keepRunning(async (port) => {
      await clearLeftPostmaster(folder.cluster, onStep);
      return launch(folder, request, binDir, runner, port);
    }, onStep);
    const as = runner === undefined ? '' : ` as ${runner.name}`;
    onStep(`PostgreSQL: ready on 127.0.0.1:${postmaster.port}${as}`);
    return { url: clusterUrl(password, postmaster.port), postmaster, binaries };
  } catch (error) {
    await binaries.release();
    throw error;
  }
}

async function launch(
  folder: DataFolder,
  { durable = true, settings = {} }: StartRequest,
  binDir: string,
  runner: Runner | undefined,
  port: number | undefined,
): Promise<Postmaster> {
  const log = await openServerLog(folder.log);
  try {
    return await runPostmaster({
      binDir,
      clusterDir: folder.cluster,
      location: await clusterArgument(folder.cluster, runner),
      runner,
      log,
      port,
      settings: { ...(durable ? {} : NOT_DURABLE), ...settings },
    });
  } finally {
    await log.close();
  }
}
