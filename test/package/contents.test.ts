import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, ROOT, pack } from './tarball.js';

jest.setTimeout(120_000);

let files: string[];
beforeAll(async () => {
  files = (await pack()).files.map(({ path }) => path);
});

const subpaths = Object.keys(PACKAGE.exports).filter((subpath) => subpath !== './package.json');

/** Every path that an entry of `exports` names, whatever the condition. */
function targetsOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry];
  return Object.values(entry as object).flatMap(targetsOf);
}

describe('the tarball', () => {
  it('has what runs, its types, SQL, SDL and pages, and nothing else', () => {
    const folders = new Set(files.map((file) => file.split('/')[0]));
    expect([...folders].sort()).toEqual(
      [
        'LICENSE',
        'README.md',
        'bin',
        'dist',
        'docs',
        'migrations',
        'package.json',
        'schema',
      ].sort(),
    );
  });

  it('has no test, no source and nothing that was made in running', () => {
    const wrong = /\.(test|suite)\.|(^|\/)(test|bench|examples|src|node_modules|\.data)\/|\.ts$/;
    const odd = files.filter((file) => wrong.test(file.replace(/\.d\.ts$/, '')));
    expect(odd).toEqual([]);
  });

  it.each(subpaths)('has everything that is behind the door %s', (subpath) => {
    const targets = targetsOf(PACKAGE.exports[subpath]);
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets) expect(files).toContain(target.replace(/^\.\//, ''));
  });

  it('has every migration and every page', () => {
    for (const folder of ['migrations', 'docs']) {
      for (const name of readdirSync(join(ROOT, folder))) {
        expect(files).toContain(`${folder}/${name}`);
      }
    }
  });
});

describe('the doors that are documented', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const pages = readdirSync(join(ROOT, 'docs')).map((name) =>
    readFileSync(join(ROOT, 'docs', name), 'utf8'),
  );
  const named = (text: string) =>
    [...text.matchAll(/['"`]portcullis((?:\/[\w-]+)*)['"`]/g)].map(([, path = '']) => `.${path}`);

  it('are those of the package, in the README', () => {
    expect([...new Set(named(readme))].sort()).toEqual([...subpaths].sort());
  });

  it('are there, on every page', () => {
    for (const door of pages.flatMap(named)) expect(subpaths).toContain(door);
  });
});
