import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { DatabaseAccess } from '../server-role.js';
import { DATABASE, SUPERUSER } from './cluster.js';
import { dataFolder, onDataFolder } from './data-folder.js';
import { readPostmasterStatus } from './postmaster-pid.js';
import { isPostmasterOf } from './process-identity.js';
import { liveLockHolder } from './server-lock.js';

/** The URL of a cluster on this machine. */
export function clusterUrl(password: string, port: number): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`;
}

const SERVER_ROLE = 'portcullis_server';

/**
 * The ways to the database of a cluster: the server goes by a role that owns nothing. Its password
 * follows from the superuser's, so that there is no second one to keep.
 */
export function accessOf(ownerUrl: string): Required<DatabaseAccess> {
  const url = new URL(ownerUrl);
  const key = decodeURIComponent(url.password);
  url.username = SERVER_ROLE;
  url.password = createHmac('sha256', key).update(SERVER_ROLE).digest('base64url');
  return { url: url.href, ownerUrl, makesRole: true };
}

/** URL of the cluster that a live server runs in this folder, if it is ready. */
export function runningClusterUrl(dataDir: string): Promise<string | undefined> {
  const folder = dataFolder(dataDir);
  return onDataFolder(dataDir, async () => {
    if ((await liveLockHolder(dataDir)) === undefined) return undefined;
    const status = await readPostmasterStatus(folder.cluster);
    if (status?.ready !== true || status.port === undefined) return undefined;
    if (!(await isPostmasterOf(status.pid, folder.cluster))) return undefined;
    return clusterUrl((await readFile(folder.password, 'utf8')).trim(), status.port);
  });
}
