import type { GraphQLSchema } from 'graphql';
import { StartupError } from '../errors/index.js';
import { compilePolicy } from '../policy/index.js';
import type { PolicyOptions } from '../policy/index.js';
import { ask } from './walker/ask.js';
import { Graph } from './walker/graph.js';
import type { Verdict } from './walker/judge.js';
import { Paths } from './walker/paths.js';
import type { Question } from './walker/questions.js';
import { withoutStacks } from './walker/stacks.js';
import { Stubs } from './walker/stubs.js';
import { fieldsOf, questionsAbout } from './walker/targets.js';

export interface WalkOptions extends PolicyOptions {
  /** As it is built, before it is protected. None of its resolvers is run. */
  readonly schema: GraphQLSchema;
  /** What protects it, and all transforms that come before and after. */
  readonly protect: (schema: GraphQLSchema) => GraphQLSchema;
  /** The context of somebody who is not signed in, or what makes one for each query. Default: `{}`. */
  readonly contextValue?: unknown;
  /** How many fields lie above one another, the one that is asked for included. Default 4. */
  readonly depth?: number | undefined;
  /** After so many queries the walk ends, having asked for every field about equally often. Default 20,000. */
  readonly maxQueries?: number | undefined;
}

export interface Finding {
  /** `Type.field`; `Type.__typename` stands for a value of the type as a whole. */
  readonly coordinate: string;
  /** The first of the queries that showed it. */
  readonly query: string;
  readonly why: string;
}

export interface WalkReport {
  /** How many fields demand that somebody is signed in. */
  readonly guardedFields: number;
  /** How many queries were asked. */
  readonly queries: number;
  /** What answered, ran or failed although it should have been refused. */
  readonly leaks: readonly Finding[];
  /** What was refused, failed or is missing although nothing guards it. */
  readonly denied: readonly Finding[];
  /** Coordinates of guarded fields to which no query of this depth leads. */
  readonly unreached: readonly string[];
  /** Whether `maxQueries` ended the walk early. */
  readonly truncated: boolean;
}

/**
 * Asks for every field of a schema without a token: along every path, directly, through interfaces, in
 * fragments of all sorts and under aliases. Every guarded field must be refused before anything of it
 * runs, in `resolve` as in `subscribe`, and so must every value of a guarded type; everything else must
 * be answered. Resolvers, type resolvers, scalars and `__resolveReference` are replaced by stubs.
 * @throws StartupError when the rules of the schema or the options are not valid; and whatever `protect` throws.
 */
export async function walkGuardedFields(options: WalkOptions): Promise<WalkReport> {
  const { depth = 4, maxQueries = 20_000 } = options;
  demandCount('depth', depth);
  demandCount('maxQueries', maxQueries);
  const graph = new Graph(options.schema, compilePolicy(options.schema, options));
  const stubs = new Stubs(options.schema, graph);
  const stage = {
    ...{ graph, stubs },
    schema: options.protect(stubs.schema),
    context: contexts('contextValue' in options ? options.contextValue : {}),
  };
  const paths = new Paths(graph, depth);
  const findings = new Findings();
  let queries = 0;
  let truncated = false;
  await withoutStacks(async () => {
    for (const question of questionsAbout(graph, paths)) {
      truncated = queries === maxQueries;
      if (truncated) break;
      queries += 1;
      findings.add(question, await ask(stage, question));
    }
  });
  const guarded = fieldsOf(graph).filter((step) => graph.isGuarded(step));
  return {
    guardedFields: guarded.length,
    queries,
    leaks: findings.leaks,
    denied: findings.denied,
    unreached: guarded
      .filter((step) => !paths.reaches(step))
      .map(({ type, field }) => `${type}.${field}`),
    truncated,
  };
}

function demandCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new StartupError(`${name} must be a whole number above 0, not ${value}`);
}

function contexts(contextValue: unknown): () => unknown {
  return typeof contextValue === 'function' ? (contextValue as () => unknown) : () => contextValue;
}

/** Each fault once, however many queries show it. */
class Findings {
  readonly leaks: Finding[] = [];
  readonly denied: Finding[] = [];
  readonly #seen = new Set<string>();

  add({ text }: Question, verdicts: readonly Verdict[]): void {
    for (const { kind, coordinate: at, why } of verdicts) {
      const key = `${kind} ${at} ${why}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      (kind === 'leak' ? this.leaks : this.denied).push({ coordinate: at, query: text, why });
    }
  }
}
