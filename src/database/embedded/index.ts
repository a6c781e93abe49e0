import { resolve } from 'node:path';

import { installedPostgres } from './platform.js';
import { accessOf, runningClusterUrl } from './running-cluster.js';
import { startCluster, type EmbeddedPostgres } from './start-cluster.js';

export { accessOf as embeddedAccess };
export type { EmbeddedPostgres };

interface EmbeddedPostgresOptions {
  /** Folder that holds the cluster, its password, its log and the lock. Made if absent. */
  dataDir: string;
  /** Told one line for each step of the start-up. */
  onStep?: (line: string) => void;
  /** `false` trades crash safety for speed (fsync off): for tests only. Default `true`. */
  durable?: boolean;
  /** Further server settings, by name. Default none. */
  settings?: Record<string, string>;
}

/**
 * Starts a PostgreSQL of our own under `dataDir` and answers once it takes connections: as a plain
 * user, or as root, where it drops to a system user. The data survives a kill of either process.
 *
 * @throws StartupError for whatever the operator can mend.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  return startCluster({
    ...options,
    dataDir: resolve(options.dataDir),
    native: await installedPostgres(),
  });
}

/** URL of the cluster that a live server already runs in this `dataDir`, if any. */
export function findRunningEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  return runningClusterUrl(resolve(dataDir));
}
