import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';

export const EXAMPLES = resolve(__dirname, '../../examples');

export const readmeOf = (name: string): string =>
  readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');

/** A question of a README, and what it says that is answered. */
export interface Step {
  /** The heading that it stands under. */
  readonly heading: string;
  readonly query: string;
  readonly answer: unknown;
}

const STEP = /^```graphql\n([\s\S]*?)^```\n\n```json\n([\s\S]*?)^```$/gm;

export function stepsOf(name: string): Step[] {
  return readmeOf(name)
    .split(/^## /m)
    .flatMap((section) =>
      [...section.matchAll(STEP)].map(([, query = '', answer = '']) => ({
        heading: section.slice(0, section.indexOf('\n')),
        query,
        answer: JSON.parse(answer) as unknown,
      })),
    );
}

export interface Running {
  /** Where its API is, as it says. */
  readonly url: string;
  readonly database: TestDatabase;
  /** Where one signs in. */
  readonly signInUrl: string;
  readonly output: () => string;
  /** Tells it to stop. Answers its exit code. */
  stop(): Promise<number | null>;
}

/** Runs `npm run example -- NAME` on a database of its own. */
export async function startExample(name: string): Promise<Running> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-example-'));
  const child = spawn(process.execPath, [join(EXAMPLES, 'run.mjs'), name], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
    },
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let output = '';
  const url = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, at] = /^GraphQL {2}(\S+)$/m.exec(output) ?? [];
      if (at !== undefined) found(at);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(([code]) => failed(new Error(`it ended with ${String(code)}: ${output}`)));
  });
  return {
    url,
    signInUrl: /^Sign in {2}(\S+)$/m.exec(output)?.[1] ?? url,
    database,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

/** What a README leaves out of answers. */
const LEFT_OUT = new Set(['locations', 'stacktrace']);

/** As a README shows an answer. */
export function asShown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asShown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !LEFT_OUT.has(key))
      .map(([key, inner]) => [key, asShown(inner)]),
  );
}

/** The shown answer as a matcher: `…` stands for any text. */
export function shownAsPattern(value: unknown): unknown {
  if (typeof value === 'string' && value.endsWith('…')) {
    return expect.stringMatching(new RegExp(`^${value.slice(0, -1)}.+`)) as unknown;
  }
  if (Array.isArray(value)) return value.map(shownAsPattern);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, shownAsPattern(inner)]),
  );
}
