// Compiles src/ to dist/ when dist/ is not what the sources say; otherwise costs a few milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** What kept dist/ from being built, in words for people. */
export class BuildError extends Error {}

/**
 * Brings dist/ up to date.
 *
 * @returns {boolean} whether there was anything to do
 * @throws {BuildError} if TypeScript is not installed or the sources do not compile
 */
export function build() {
  const wanted = fingerprint();
  if (stampOf(dist) === wanted) return false;

  const compiler = findCompiler();
  process.stderr.write('Building Portcullis…\n');
  const fresh = `${dist}.${process.pid}`;
  try {
    compile(compiler, fresh);
    declareForRequire(fresh);
    writeFileSync(join(fresh, '.stamp'), wanted);
    swapIn(fresh, wanted);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return true;
}

/** A hash over the names and contents of all that dist/ is made from; checkouts change mtimes. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package.json'];
  for (const file of [...settings.map((name) => join(root, name)), ...sources]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function stampOf(folder) {
  try {
    return readFileSync(join(folder, '.stamp'), 'utf8');
  } catch {
    return undefined;
  }
}

function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  } catch {
    throw new BuildError('Portcullis is not built: run `npm ci --include=dev`');
  }
}

function compile(compiler, outDir) {
  // Types are checked by `npm run typecheck`; here that took as long again as all the rest.
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', outDir];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new BuildError(`Portcullis does not compile:\n${stdout ?? ''}`.trimEnd());
}

/**
 * `require` loads the same ES modules. TypeScript refuses that for types of ES modules in its older
 * modes, so a copy of the declarations says that it is CommonJS.
 */
function declareForRequire(folder) {
  const copy = join(folder, 'require');
  const declarations = readdirSync(folder, { recursive: true }).filter((name) =>
    name.endsWith('.d.ts'),
  );
  for (const name of declarations) cpSync(join(folder, name), join(copy, name));
  writeFileSync(join(copy, 'package.json'), '{ "type": "commonjs" }\n');
}

/** Two builds may end at once: the first to put a good dist/ there wins, the other steps back. */
function swapIn(fresh, wanted) {
  const stale = `${fresh}.old`;
  try {
    while (stampOf(dist) !== wanted) {
      tolerate(['ENOENT'], () => renameSync(dist, stale));
      tolerate(['ENOTEMPTY', 'EEXIST'], () => renameSync(fresh, dist));
      rmSync(stale, { recursive: true, force: true });
      if (!existsSync(fresh)) return;
    }
  } finally {
    rmSync(stale, { recursive: true, force: true });
  }
}

function tolerate(codes, action) {
  try {
    action();
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.stderr.write(build() ? 'Built dist/.\n' : 'dist/ is up to date.\n');
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
