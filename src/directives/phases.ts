import type { GraphQLResolveInfo } from 'graphql';

type Check = Promise<true>;

interface Execution {
  readonly token: object;
  readonly checks: Map<string, Check>;
}

/**
 * Which check an execution's fields share. In a query: one. In a mutation each root field has its own,
 * and what lies below it another, which starts after the root field has resolved: an answer from before
 * `revokeMySession` must not let `deleteAccount` pass.
 */
export class Phases {
  /**
   * graphql-js makes a new object of variable values for every execution, also for every operation of a
   * batch and every event of a subscription. The operation would not do: parsed documents are cached
   * and shared between users; nor would the context, which a server may share within a batch.
   */
  readonly #executions = new WeakMap<object, Execution>();

  /** The phase's check; the first to ask starts it. */
  check(info: GraphQLResolveInfo, token: object, start: () => Check): Check {
    const { checks } = this.#of(info.variableValues, token);
    const phase = phaseOf(info);
    const known = checks.get(phase);
    if (known) return known;
    const started = start();
    checks.set(phase, started);
    return started;
  }

  /** Never shared between tokens, should a server ever share the variable values. */
  #of(variableValues: object, token: object): Execution {
    const known = this.#executions.get(variableValues);
    if (known?.token === token) return known;
    const fresh: Execution = { token, checks: new Map() };
    this.#executions.set(variableValues, fresh);
    return fresh;
  }
}

function phaseOf(info: GraphQLResolveInfo): string {
  if (info.operation.operation !== 'mutation') return '';
  let { path } = info;
  const below = path.prev !== undefined;
  while (path.prev) path = path.prev;
  return `${below ? 'below' : 'at'} ${path.key}`;
}
