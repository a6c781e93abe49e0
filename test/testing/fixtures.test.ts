import { parse, validate } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { compilePolicy } from '../../src/policy/index.js';
import { createTestGuard, walkGuardedFields } from '../../src/testing/index.js';
import { Graph } from '../../src/testing/walker/graph.js';
import { Paths } from '../../src/testing/walker/paths.js';
import { questionsAbout } from '../../src/testing/walker/targets.js';
import { FIXTURES } from './fixtures/index.js';

describe.each(Object.entries(FIXTURES))('%s', (_name, { schema, options = {}, ...expected }) => {
  const policy = compilePolicy(schema, options);

  it('have the rules that are meant', () => {
    const guarded = policy.entries().filter((entry) => !entry.public);
    expect(guarded.map(({ coordinate }) => coordinate)).toEqual(expected.guarded);
  });

  it('leak nothing and refuse nothing that is open, along every path', async () => {
    const protection = createProtection({ guard: createTestGuard(), ...options });
    const report = await walkGuardedFields({ schema, ...options, protect: protection.protect });
    expect({ ...report, queries: 0 }).toEqual({
      guardedFields: expected.guarded.length,
      queries: 0,
      leaks: [],
      denied: [],
      unreached: expected.unreached ?? [],
      truncated: false,
    });
  });

  it('are asked by valid queries, and no query twice', () => {
    const graph = new Graph(schema, policy);
    const texts = [...questionsAbout(graph, new Paths(graph, 3))].map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) {
      expect({ text, errors: validate(schema, parse(text)).map(String) }).toEqual({
        text,
        errors: [],
      });
    }
    expect(texts.filter((text, n) => texts.indexOf(text) !== n)).toEqual([]);
  });
});
