import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OPTIONS } from '../../src/config/index.js';

const ROOT = resolve(__dirname, '../..');

export function page(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** The cells of the table rows below a heading, without the header; escaped bars are bars. */
export function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| -/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

const links = (text: string) =>
  [...text.matchAll(/\[([^\]]+)\]\(([^)#\s]+)[^)]*\)/g)].map(([, words = '', to = '']) => ({
    words,
    to,
  }));

/** The links of a page that lead to a test, as `file: sentence`. */
export function testsNamed(text: string): string[] {
  return links(text)
    .filter(({ to }) => to.startsWith('../test/'))
    .map(({ words, to }) => `${to.slice('../'.length)}: ${words}`);
}

/** Those links of a page in docs/ that lead nowhere: to no file, or to a test that has no such sentence. */
export function brokenIn(text: string): string[] {
  const isThere = (to: string, words: string) => {
    const file = join(ROOT, 'docs', to);
    if (!existsSync(file)) return false;
    return !to.startsWith('../test/') || readFileSync(file, 'utf8').includes(words);
  };
  return links(text)
    .filter(({ to, words }) => !/^https?:/.test(to) && !isThere(to, words))
    .map(({ to, words }) => `[${words}](${to})`);
}

/** The settings that a page names and that there are none of. */
export function unknownSettingsIn(text: string): string[] {
  const named = [...text.matchAll(/`([A-Z][A-Z]+(?:_[A-Z]+)+)[`=]/g)].map(([, name = '']) => name);
  return named.filter((name) => !Object.hasOwn(OPTIONS, name) && !NOT_SETTINGS.has(name));
}

/** Codes and reasons of errors, and what is Node's own, are written the same way. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  'AUTH_CHECK_UNAVAILABLE',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'RATE_LIMITED',
  'REAUTHENTICATION_REQUIRED',
  'NODE_OPTIONS',
]);
