// `npm run bench`: everything. `npm run bench -- auth critical …`: the parts that are named. With `--thorough` each of
// them as long as the documentation's figures took.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.mjs';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

/** In the order in which they run; the file of each, and what it is asked for. */
const PARTS = {
  auth: ['auth.mjs'],
  critical: ['critical.mjs'],
  cost: ['cost.mjs'],
  refresh: ['refresh.mjs'],
  login: ['login.mjs'],
  revocation: ['revocation.mjs'],
  denylist: ['denylist.mjs'],
  growth: ['growth.mjs'],
  nodes: ['nodes.mjs'],
  schemes: ['schemes.mjs'],
  protect: ['protect.mjs'],
  enumeration: ['user-enumeration.mjs'],
  migrations: ['migrations.mjs'],
};
/** Asked for by name alone: what they measure changes seldom. */
const BY_NAME = new Set(['protect', 'enumeration', 'migrations']);

const THOROUGH = '--thorough';

const said = process.argv.slice(2);
const asked = said.filter((word) => word !== THOROUGH);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. Parts: ${Object.keys(PARTS).join(', ')}; ${THOROUGH}.`,
  );
  process.exit(2);
}
const parts = asked.length > 0 ? asked : Object.keys(PARTS).filter((name) => !BY_NAME.has(name));

installPeers();
build();
const env = { ...process.env, BENCH_THOROUGH: String(said.includes(THOROUGH)) };
let failed = 0;
for (const part of parts) {
  const began = performance.now();
  console.log(`\n# ${part}\n`);
  const { status } = spawnSync(process.execPath, PARTS[part], {
    cwd: FOLDER,
    stdio: 'inherit',
    env,
  });
  if (status !== 0) failed += 1;
  console.log(`\n${part}: ${Math.round((performance.now() - began) / 1_000)} s`);
}
const { status: summed } = spawnSync(process.execPath, ['summary.mjs'], {
  cwd: FOLDER,
  stdio: 'inherit',
});
process.exit(failed === 0 && summed === 0 ? 0 : 1);

/** The packages that only the comparison needs, as the lockfile says, once. */
function installPeers() {
  const lock = readFileSync(new URL('package-lock.json', import.meta.url), 'utf8');
  const installed = new URL('node_modules/.package-lock.json', import.meta.url);
  const names = Object.keys(JSON.parse(lock).packages['']?.dependencies ?? {});
  const has = existsSync(installed) ? readFileSync(installed, 'utf8') : '';
  if (names.every((name) => has.includes(`"node_modules/${name}"`))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
