import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse, subscribe, validate } from 'graphql';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { enforcePolicy } from '../../src/directives/index.js';
import type { Guard, VerifiedToken } from '../../src/directives/index.js';
import type { Knowledge } from '../../src/freshness/rule.js';
import { DEFAULT_NAMES, compilePolicy, directiveTypeDefs } from '../../src/policy/index.js';
import type { DirectiveNames } from '../../src/policy/index.js';

export const NOW = Date.parse('2030-01-01T00:00:00.000Z');

/** A token of its own session, an hour old, its password entered a day ago. */
export function token(scopes: readonly string[] = [], more: Partial<VerifiedToken> = {}) {
  return {
    sessionId: 'session',
    scopes: new Set(scopes),
    issuedAt: NOW / 1000 - 3_600,
    authenticatedAt: NOW / 1000 - 86_400,
    ...more,
  };
}

/** A guard without any store, which counts how often it was asked. */
export class FakeGuard implements Guard {
  /** Sessions in the order in which they were checked. */
  readonly checks: string[] = [];
  readonly ended = new Set<string>();
  knows: { check?: number; mark?: number } = {};
  answer: (token: VerifiedToken) => Promise<true> = async () => true;

  token(context: unknown) {
    return (context as { token?: VerifiedToken } | undefined)?.token;
  }
  revoked(of: VerifiedToken) {
    return this.ended.has(of.sessionId) ? ('SESSION_REVOKED' as const) : undefined;
  }
  knowledge(_token: VerifiedToken): Knowledge {
    return this.knows;
  }
  check(of: VerifiedToken) {
    this.checks.push(of.sessionId);
    return this.answer(of);
  }
  now() {
    return NOW;
  }
  hasExpired = false;
  expired() {
    return this.hasExpired;
  }
  /** What conditions threw. */
  readonly failed: [string, unknown][] = [];
  readonly conditionFailed = (name: string, error: unknown) => void this.failed.push([name, error]);
}

type Config = Parameters<typeof makeExecutableSchema>[0];

/** A schema of somebody else's that takes the directives from us. */
export function build(config: Config, names: DirectiveNames = DEFAULT_NAMES) {
  return makeExecutableSchema({
    ...config,
    typeDefs: [directiveTypeDefs(names), config.typeDefs].flat(),
  });
}

export interface AskOptions {
  readonly as?: VerifiedToken | undefined;
  readonly context?: unknown;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly rootValue?: unknown;
}

/** Such a schema with its policy enforced, and how to ask it without any server around it. */
export function gate(config: Config, names?: DirectiveNames) {
  return gateOf(new FakeGuard(), config, names);
}

/** The same by a guard of one's own. */
export function gateOf<G extends Guard>(
  guard: G,
  config: Config,
  names: DirectiveNames = DEFAULT_NAMES,
) {
  const open = build(config, names);
  const policy = compilePolicy(open, { names });
  const schema = enforcePolicy(open, policy, guard);

  const args = (query: string | DocumentNode, options: AskOptions) => {
    const document = typeof query === 'string' ? parse(query) : query;
    const invalid = validate(schema, document);
    if (invalid[0]) throw invalid[0];
    return {
      schema,
      document,
      contextValue: 'context' in options ? options.context : { token: options.as },
      variableValues: options.variables ?? {},
      operationName: options.operationName,
      rootValue: options.rootValue,
    };
  };
  return {
    open,
    schema,
    policy,
    guard,
    ask: async (query: string | DocumentNode, options: AskOptions = {}) =>
      verdict(await execute(args(query, options))),
    subscribe: async (query: string, options: AskOptions = {}) => subscribe(args(query, options)),
  };
}

/** The whole answer as plain objects, with what the error table says of each error. */
export function verdict({ data, errors = [] }: ExecutionResult) {
  return {
    // graphql-js answers objects without a prototype
    data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
    errors: errors.map(({ path, extensions, message }) => {
      const { code, reason } = extensions as { code?: string; reason?: string };
      return `${path?.join('.') ?? ''}: ${code === undefined ? message : `${code}/${reason ?? ''}`}`;
    }),
  };
}

/** The refusals of anyone without a token, by path. */
export function noToken(...paths: string[]): string[] {
  return paths.map((path) => `${path}: UNAUTHENTICATED/NO_TOKEN`);
}
