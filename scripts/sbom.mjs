// `npm run sbom [file]`: the software bill of materials of what is installed with this package, as CycloneDX.
// `npm sbom --omit dev` leaves out every package on which one for development depends too (npm 11: 53 of
// 265 remain), so npm is given a project that has none for development.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const project = { ...read('package.json'), devDependencies: {}, scripts: {} };
const lock = read('package-lock.json');

const shipped = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
);
const packages = { '': project, ...Object.fromEntries(shipped) };

const work = mkdtempSync(join(tmpdir(), 'portcullis-sbom-'));
try {
  // npm calls the project by its folder.
  const folder = join(work, project.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
  const flags = ['--sbom-format', 'cyclonedx', '--package-lock-only'];
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const bill = execFileSync('npm', ['sbom', ...flags], options);
  const [file] = process.argv.slice(2);
  if (file === undefined) process.stdout.write(bill);
  else writeFileSync(file, bill);
} finally {
  rmSync(work, { recursive: true });
}
