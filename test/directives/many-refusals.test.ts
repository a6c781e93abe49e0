import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { gate, noToken } from './support.js';

const run = promisify(execFile);

const SCHEMA = `
  type Secret @auth { id: ID }
  type Open { boss: Item!  word: String! @auth }
  union Item = Open | Secret
  type Query { all: [Item!]! @public  opens: [Open!]! @public }`;

/** A server's process of its own, since what is looked for would end it. */
const PROGRAM = `
  import { makeExecutableSchema } from '@graphql-tools/schema';
  import { graphql } from 'graphql';
  import { createProtection } from 'portcullis/directives';
  const guard = { token: () => undefined, revoked: () => undefined, knowledge: () => ({}), check: async () => true, now: () => 0 };
  const { typeDefs, protect } = createProtection({ guard });
  const secret = { __typename: 'Secret' };
  const open = { __typename: 'Open', boss: async () => secret };
  const schema = protect(makeExecutableSchema({
    typeDefs: [typeDefs, ${JSON.stringify(SCHEMA)}],
    resolvers: { Query: { all: () => [open, secret], opens: () => [open, open] } },
  }));
  for (const source of ['{ all { ... on Open { boss { __typename } } } }', '{ opens { boss { __typename } word } }']) {
    const { data } = await graphql({ schema, source });
    if (data !== null) process.exitCode = 2;
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  console.log('still here');`;

describe('refusals at several places of a list of non-null items', () => {
  it('are an answer like any other, and no end of the process', async () => {
    const args = ['--input-type=module', '--eval', PROGRAM];
    const { stdout } = await run(process.execPath, args, { cwd: resolve(__dirname, '../..') });
    expect(stdout).toBe('still here\n');
  });

  it('are told once, at the first', async () => {
    const { ask } = gate({
      typeDefs: SCHEMA,
      resolvers: { Query: { opens: () => [{}, {}] } },
    });
    expect(await ask('{ opens { word } }')).toEqual({
      data: null,
      errors: noToken('opens.0.word'),
    });
  });
});
