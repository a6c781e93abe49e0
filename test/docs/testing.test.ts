import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { directiveTypeDefs } from '../../src/policy/index.js';
import { assertNothingLeaks } from '../../src/testing/index.js';
import { makeExecutableSchema } from '@graphql-tools/schema';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, body = '']) => body,
  );
const files = new Map(
  blocks('js').map((text) => [/^\/\/ (\S+)\n/.exec(text)?.[1] ?? '', text] as const),
);
const tests = [...files.keys()].filter((name) => name.endsWith('.test.js'));

// Inside the package, so that its own name is known; among what is not kept.
const FOLDER = join(ROOT, '.data', `testing-${process.pid}`);
const run = promisify(execFile);

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  for (const [name, text] of files) await writeFile(join(FOLDER, name), text);
});
afterAll(() => rm(FOLDER, { recursive: true, force: true }));

describe('the page on testing', () => {
  it('shows a test of ten lines', () => {
    const [, body = ''] = /\n\n([\s\S]*)/.exec(files.get('walk.test.js') ?? '') ?? [];
    expect(tests).toEqual(['walk.test.js', 'callers.test.js', 'tokens.test.js']);
    expect(body.trim().split('\n').length).toBeLessThanOrEqual(10);
  });

  it.each(tests)(
    'shows tests that pass, run by Node’s own runner: %s',
    async (name) => {
      const { stdout } = await run(process.execPath, ['--test', name], {
        cwd: FOLDER,
        env: { PATH: process.env['PATH'] },
      });
      expect(stdout).toMatch(/^(#|ℹ) pass [1-9]/m);
      expect(stdout).toMatch(/^(#|ℹ) fail 0$/m);
    },
    60_000,
  );

  it('shows a test that fails where something leaks', async () => {
    const leaking = (files.get('walk.test.js') ?? '').replace(
      '{ schema, protect }',
      '{ schema, protect: (open) => open }',
    );
    await writeFile(join(FOLDER, 'leak.test.js'), leaking);
    const failed = run(process.execPath, ['--test', 'leak.test.js'], {
      cwd: FOLDER,
      env: { PATH: process.env['PATH'] },
    });
    await expect(failed).rejects.toMatchObject({
      stdout: expect.stringContaining('User.email: it was answered') as unknown,
    });
  }, 60_000);

  it('shows the error as it is', async () => {
    const [shown = ''] = blocks('text');
    const schema = makeExecutableSchema({
      typeDefs: [
        directiveTypeDefs(),
        `interface Node { id: ID! secret: String @auth }
         type User implements Node { id: ID! secret: String }
         type Query { node(id: ID!): Node @public }`,
      ],
    });
    await expect(assertNothingLeaks({ schema, protect: (open) => open })).rejects.toThrow(
      new Error(shown.trimEnd()),
    );
  });

  it('names every option and every member of the report', () => {
    for (const name of [
      ...['schema', 'protect', 'contextValue', 'depth', 'maxQueries', 'names', 'federation'],
      ...['conditions', 'authMaxStale', 'guardedFields', 'queries', 'leaks', 'denied'],
      ...['unreached', 'truncated'],
    ]) {
      expect(PAGE).toContain(`\`${name}\``);
    }
  });
});
