import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reportOn } from '../../src/policy/report/index.js';
import { createProject } from './policy-support.js';
import type { Project } from './policy-support.js';

const PAGE = readFileSync(resolve(__dirname, '../../docs/policy.md'), 'utf8');
const FENCE = /(?:<!-- (\S+) -->\n\n)?^```(\w+)\n([\s\S]*?)^```$/gm;

/** Every fenced block, in order; some are marked as what is in a file. */
const blocks = [...PAGE.matchAll(FENCE)].map(([, file, language = '', text = '']) => ({
  ...{ file, language, text },
}));

describe('the page on the policy', () => {
  let project: Project;
  beforeAll(() => {
    project = createProject();
  });
  afterAll(() => project.remove());

  it('shows what the commands truly print, one after the other', async () => {
    const shown: string[] = [];
    const printed: string[] = [];
    const codes: (number | null)[] = [];
    for (const { file, language, text } of blocks) {
      if (language === 'graphql') project.write('schema.graphql', text);
      if (language === 'bash') {
        const [, args = ''] = /^npx portcullis policy (.*)\n$/.exec(text) ?? [];
        const { code, stdout, stderr } = await project.policy(...args.split(' '));
        codes.push(code);
        printed.push(stdout + stderr);
      }
      if (language !== 'text') continue;
      if (file !== undefined) printed.push(project.read(file));
      shown.push(text);
    }
    expect(shown).toEqual(printed);
    expect(codes).toEqual([0, 0, 0, 1, 0]);
    expect(project.read('policy.html')).toContain('<!doctype html>');
  }, 120_000);

  it('has a row for every kind of warning', () => {
    const told = [...PAGE.matchAll(/^\| `([a-z-]+)`/gm)].map(([, kind]) => kind);
    const text = `
      type Query @key(fields: "a") { a: Int! @auth b: Int  c: [User] @public d: Int @public @autth }
      type Mutation { a: Int @auth }
      type User @auth { id: ID }`;
    const { warnings } = reportOn([{ name: 'schema.graphql', text }]);
    expect(new Set(told)).toEqual(new Set(warnings.map(({ kind }) => kind)));
  });
});
