import { existsSync } from 'node:fs';

import { StartupError } from '../../errors/startup-error.js';
import { isReachable } from './data-folder.js';
import { useYourOwn } from './platform.js';
import type { Runner } from './run.js';

const CURRENT_FOLDER = '/proc/self/cwd';

/**
 * How to name the cluster to a program that starts inside it. A user that we drop to may be barred
 * from the folders above it, and PostgreSQL insists on an absolute path: /proc has one which needs
 * no way through them.
 *
 * @throws StartupError when the user is barred and there is no /proc.
 */
export async function clusterArgument(
  clusterDir: string,
  runner: Runner | undefined,
  hasProc = existsSync(CURRENT_FOLDER),
): Promise<string> {
  if (runner === undefined) return clusterDir;
  if (hasProc) return CURRENT_FOLDER;
  if (await isReachable(clusterDir, runner)) return clusterDir;
  throw new StartupError(
    `PostgreSQL runs as ${runner.name}, who cannot enter the folders above ${clusterDir}. ` +
      `Set DATA_DIR to a folder that every user can reach, or start as a plain user. Or: ${useYourOwn}`,
  );
}
