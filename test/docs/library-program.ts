import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ADMIN, SECRET } from '../support/server.js';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
const sections = PAGE.split(/^## /m);

/** The snippets of a language under a heading; '' is what stands before all headings. */
export function snippets(heading: string, language: string): string[] {
  const section =
    heading === '' ? sections[0] : sections.find((text) => text.startsWith(`${heading}\n`));
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...(section ?? '').matchAll(fence)].map(([, body = '']) => body);
}

/** How many snippets the page has. */
export const count = (language: string): number =>
  PAGE.split(/^```/m).filter((text) => text.startsWith(`${language}\n`)).length;

const ARTICLES = `[{ id: '1', title: 'On gates', notes: 'too long' }]`;

/** The team's own, as the page says at its top. */
export const TEAM = `
  const articles = ${ARTICLES};
  const typeDefs = ${JSON.stringify(snippets('', 'graphql').join('\n'))};
  const resolvers = {
    Query: { articles: () => articles, drafts: () => [] },
    Mutation: { publish: (_source, { id }) => articles.find((each) => each.id === id) },
  };`;

/** What the first server has made. */
export const FIRST = `
  import { makeExecutableSchema } from '@graphql-tools/schema';
  import { createPortcullis } from 'portcullis';
  const portcullis = createPortcullis();
  const schema = portcullis.protect(
    makeExecutableSchema({
      typeDefs: [portcullis.typeDefs, typeDefs],
      resolvers: [portcullis.resolvers, resolvers],
    }),
  );`;

/** Prints what an expression is, and ends; \`graphql\` and \`as\` are there to ask with. */
export const printing = (expression: string): string => `
  import { graphql as ask } from 'graphql';
  const as = (token) =>
    portcullis.context({ headers: token ? { authorization: 'Bearer ' + token } : {} });
  const answerTo = async (source, token) => {
    const { data, errors = [] } = await ask({ schema, source, contextValue: await as(token) });
    return [data, errors.map(({ extensions, message }) => extensions.reason ?? message)];
  };
  console.log('= ' + JSON.stringify(await (async () => (${expression}))()));
  await portcullis.stop();`;

export interface Program {
  /** What it prints behind a `=`. */
  readonly line: string;
  stop(): Promise<void>;
}

let made = 0;
const running = new Set<Program>();

/** Of tests that failed in between, too. */
export async function stopAll(): Promise<void> {
  for (const program of running) await program.stop();
}

/** Runs parts of a module as one, beside the package whose own name they import. */
export async function run(databaseUrl: string, ...parts: readonly string[]): Promise<Program> {
  // Among what is not kept.
  const file = join(ROOT, '.data', `library-${process.pid}-${++made}.mjs`);
  await mkdir(join(ROOT, '.data'), { recursive: true });
  await writeFile(file, parts.join('\n'));
  const child: ChildProcess = spawn(process.execPath, [file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'error',
      PORTCULLIS_SECRET: SECRET,
      PORTCULLIS_ADMIN_EMAIL: ADMIN.email,
      PORTCULLIS_ADMIN_PASSWORD: ADMIN.password,
    },
  });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const lines = createInterface(child.stdout!);
  const line = await new Promise<string>((found, failed) => {
    lines.on('line', (text: string) => text.startsWith('= ') && found(text.slice(2)));
    void exited.then(() => failed(new Error(complaints)));
  });
  const program: Program = {
    line,
    stop: async () => {
      running.delete(program);
      child.kill('SIGTERM');
      await exited;
      await rm(file);
    },
  };
  running.add(program);
  return program;
}
