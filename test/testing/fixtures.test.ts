import { parse, validate } from 'graphql';
import { createProtection } from '../../src/adapters/index.js';
import { compilePolicy } from '../../src/policy/index.js';
import { createTestGuard, walkGuardedFields } from '../../src/testing/index.js';
import { Graph } from '../../src/testing/walker/graph.js';
import { Paths } from '../../src/testing/walker/paths.js';
import { Stubs } from '../../src/testing/walker/stubs.js';
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

  it('are asked by valid queries', () => {
    const graph = new Graph(schema, policy);
    const stubs = new Stubs(schema, graph).schema;
    const texts = [...questionsAbout(graph, new Paths(graph, 3))].map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter((text) => validate(stubs, parse(text)).length > 0)).toEqual([]);
  });
});
