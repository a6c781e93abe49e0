import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(__dirname, '../..');
const run = promisify(execFile);

export const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
};

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** `npm pack` of what is built. @param destination without one nothing is written */
export async function pack(destination?: string): Promise<Packed> {
  const where = destination === undefined ? ['--dry-run'] : ['--pack-destination', destination];
  const args = ['pack', '--ignore-scripts', '--json', ...where];
  const { stdout } = await run('npm', args, { cwd: ROOT, maxBuffer: 10_000_000 });
  const [packed] = JSON.parse(stdout) as [Packed];
  return packed;
}

export interface Ended {
  readonly code: number;
  /** Both streams. */
  readonly output: string;
}

/** A project of somebody else's that has installed the tarball, and graphql beside it. */
export class Project {
  readonly #folder: string;
  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-package-'));
    const { filename } = await pack(folder);
    const project = new Project(join(folder, 'project'));
    await project.write('package.json', '{ "name": "project", "private": true }');
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    const installed = await project.run('npm', 'i', ...quiet, join('..', filename), 'graphql@16');
    if (installed.code !== 0) throw new Error(installed.output);
    return project;
  }

  path(...names: readonly string[]): string {
    return join(this.#folder, ...names);
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.path(name), text);
  }

  /** Runs a program in the project, with nothing of the checkout in its way. */
  async run(program: string, ...args: readonly string[]): Promise<Ended> {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, npm_config_cache: process.env['npm_config_cache'] };
    const options = { cwd: this.#folder, env, maxBuffer: 10_000_000 };
    try {
      const { stdout, stderr } = await run(program, args, options);
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  /** Writes a script and runs it; it prints JSON. */
  async answer(name: string, text: string): Promise<unknown> {
    await this.write(name, text);
    const { code, output } = await this.run(process.execPath, name);
    if (code !== 0) throw new Error(output);
    return JSON.parse(output);
  }

  /** Has a package of the checkout, such as types that only a compiler needs. */
  async link(name: string): Promise<void> {
    const place = this.path('node_modules', name);
    if (existsSync(place)) return;
    await mkdir(resolve(place, '..'), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), place);
  }

  remove(): Promise<void> {
    return rm(resolve(this.#folder, '..'), { recursive: true, force: true });
  }
}
