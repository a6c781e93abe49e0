import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Ended } from './support.js';

/** Each command is a process of its own, on machines that are busy with other tests. */
jest.setTimeout(60_000);

const BIN = resolve(__dirname, '../../bin/portcullis.js');

/** A folder of somebody's project, in which the command is run. */
export interface Project {
  /** Absolute. */
  path(name: string): string;
  has(name: string): boolean;
  read(name: string): string;
  write(name: string, content: string): void;
  /** Runs `portcullis policy` there, where no setting is made and none could be read. */
  policy(...args: string[]): Promise<Ended>;
  remove(): void;
}

export function createProject(files: Readonly<Record<string, string>> = {}): Project {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-policy-'));
  const path = (name: string) => join(folder, name);
  const write = (name: string, content: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    path,
    write,
    has: (name) => existsSync(path(name)),
    read: (name) => readFileSync(path(name), 'utf8'),
    policy: async (...args) => {
      const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', PORT: 'none' };
      const child = spawn(process.execPath, [BIN, 'policy', ...args], { cwd: folder, env });
      child.stdin.end();
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit') as Promise<[number | null]>,
      ]);
      return { code, stdout, stderr: stderr.replace(/^Building Portcullis…\n/, '') };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
