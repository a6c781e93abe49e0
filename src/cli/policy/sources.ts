import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { StartupError } from '../../errors/startup-error.js';
import type { SdlFile } from '../../policy/report/index.js';
import { fixedPart, isGlob, matcherOf } from './glob.js';

const ENDINGS = ['.graphql', '.graphqls', '.gql'];

/**
 * The SDL that files, folders and globs name, every file once.
 * @throws StartupError when one of them names nothing, or cannot be read.
 */
export function readSchemaFiles(paths: readonly string[]): SdlFile[] {
  const names = new Set(paths.flatMap(filesOf).map((name) => normalize(name)));
  return [...names].map((name) => ({ name, text: readText(name) }));
}

/** @throws StartupError */
export function readText(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new StartupError(`Cannot read ${name}: ${whyNot(error)}.`);
  }
}

/** What the operating system says, in words where it is common. */
export function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EISDIR') return 'it is a folder';
  return code ?? 'unknown error';
}

function filesOf(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    const found = filesBelow(path).filter((name) => ENDINGS.some((each) => name.endsWith(each)));
    if (found.length > 0) return found;
    throw new StartupError(`There is no ${ENDINGS.join(', ')} file in ${path}.`);
  }
  if (stats || !isGlob(path)) return [path];
  const matches = matcherOf(path);
  const found = filesBelow(fixedPart(path)).filter(matches);
  if (found.length > 0) return found;
  throw new StartupError(`No file matches ${path}.`);
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((name) => !name.split(/[\\/]/).includes('node_modules'))
      .sort();
  } catch (error) {
    throw new StartupError(`Cannot read ${folder}: ${whyNot(error)}.`);
  }
}
