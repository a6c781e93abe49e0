import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');

/** Loads the module in a process of its own. Answers the packages that came with it. */
async function packagesOf(module: string): Promise<string[]> {
  const program = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(module)});
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));`;
  const options = ['--import', './scripts/typescript.mjs', '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: ROOT });
  const files = JSON.parse(stdout) as string[];
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? '');
  return [...new Set(names)].sort();
}

const SERVERS = ['@node-rs/argon2', 'fastify', 'ioredis', 'knex', 'pg'];
const found = (packages: readonly string[]) => SERVERS.filter((name) => packages.includes(name));

it('a service that verifies tokens loads neither a database nor a web server', async () => {
  const packages = await packagesOf('./src/verify/index.ts');
  expect(packages).toContain('jsonwebtoken');
  expect(found(packages)).toEqual([]);
});

it('which can be told: the server itself loads them all but the optional one', async () => {
  expect(found(await packagesOf('./src/server/index.ts'))).toEqual(
    SERVERS.filter((name) => name !== 'ioredis'),
  );
});
