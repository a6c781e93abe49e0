import { OperationTypeNode } from 'graphql';
import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import type { Requirement } from '../policy/requirement.js';

/** Which demands a query has met, by what was known when it was judged. */
export interface Standing {
  readonly operation: OperationDefinitionNode;
  readonly demands: readonly Requirement[];
  /** What `revision` said then. */
  readonly revision: number;
  /** Until when they are met, by the memory's time. Infinity where no time changes it. */
  readonly until: number;
}

/** Where standings are kept, and what ends them. */
export interface StandingMemory {
  /** Where the standing of an operation with this context is kept; undefined where it cannot be. */
  of(context: unknown): { standing?: Standing | undefined } | undefined;
  /** Another number whenever a token may be denied that was not before. */
  revision(): number;
  /** Milliseconds since the epoch; those that the machine slept count at once. */
  time(): number;
}

/**
 * What was found out for one field of a query holds for its others of the same demand, as long as no revocation
 * became known and its time is not up. Not in mutations, which change things, nor in subscriptions, which last.
 */
export class Standings {
  readonly #memory: StandingMemory;

  constructor(memory: StandingMemory) {
    this.#memory = memory;
  }

  holds(requirement: Requirement, context: unknown, info: GraphQLResolveInfo): boolean {
    const standing = this.#memory.of(context)?.standing;
    return (
      standing !== undefined &&
      standing.operation === info.operation &&
      this.#lasts(standing) &&
      standing.demands.includes(requirement)
    );
  }

  /** These demands of the query are met, until then. */
  add(
    demands: readonly Requirement[],
    until: number,
    context: unknown,
    operation: OperationDefinitionNode,
  ): void {
    const place = this.#memory.of(context);
    if (!place || operation.operation !== OperationTypeNode.QUERY) return;
    const { standing } = place;
    const revision = this.#memory.revision();
    const more = standing?.operation === operation && this.#lasts(standing) ? standing : undefined;
    place.standing = {
      operation,
      demands: more ? [...more.demands, ...demands] : demands,
      revision,
      until: more ? Math.min(more.until, until) : until,
    };
  }

  #lasts({ revision, until }: Standing): boolean {
    return (
      revision === this.#memory.revision() && (until === Infinity || this.#memory.time() <= until)
    );
  }
}

/** Undefined where each field is to be judged by itself, since its pass is to be told. */
export function standingsOf(guard: {
  readonly memory?: StandingMemory | undefined;
  readonly passed?: unknown;
}): Standings | undefined {
  const { memory, passed } = guard;
  return memory && passed === undefined ? new Standings(memory) : undefined;
}
