// Runs one of the examples: `npm run example -- apollo`. What it keeps is under .data of the example, and in
// the database that DATABASE_URL names, if it does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BuildError, build } from '../scripts/build.mjs';

const ENTRIES = {
  apollo: 'apollo/after.mjs',
  yoga: 'yoga/server.mjs',
  mercurius: 'mercurius/server.mjs',
  nestjs: 'nestjs/server.ts',
  'own-users': 'own-users/server.mjs',
  federation: 'federation/start.mjs',
  'resource-server': 'resource-server/start.mjs',
  web: 'web/start.mjs',
};
const ACCOUNT = { email: 'demo@example.com', password: 'a gate of iron and oak' };

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

const [, , name] = process.argv;
if (!Object.hasOwn(ENTRIES, name ?? '')) {
  console.error(`Usage: npm run example -- ${Object.keys(ENTRIES).join('|')}`);
  process.exit(1);
}
if (!existsSync(pathOf('../node_modules'))) {
  console.error('The packages are not installed: run `npm ci`');
  process.exit(1);
}
try {
  build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  process.exit(1);
}
console.log(`Account  ${ACCOUNT.email}  password: ${ACCOUNT.password}`);
const child = spawn(
  process.execPath,
  ['--import', pathOf('../scripts/typescript.mjs'), pathOf(ENTRIES[name])],
  {
    stdio: 'inherit',
    env: {
      PORT: '0',
      DATA_DIR: pathOf(`${name}/.data`),
      PORTCULLIS_ADMIN_EMAIL: ACCOUNT.email,
      PORTCULLIS_ADMIN_PASSWORD: ACCOUNT.password,
      ...process.env,
    },
  },
);
/** A terminal tells the child by itself; a second word would cut short what it tidies up. */
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => undefined);
child.on('exit', (code, signal) => {
  // Some servers end by the signal that they were told to stop with.
  process.exitCode = signal === null ? (code ?? 1) : 0;
});
