import { OperationTypeNode } from 'graphql';
import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import type { Source } from '../freshness/rule.js';
import type { Requirement } from '../policy/requirement.js';

/** That a token is fresh enough for a demand. */
export interface Met {
  readonly requirement: Requirement;
  readonly source: Source | 'store';
  /** Milliseconds, at the moment when it was judged; of no meaning where nobody is told and there is no bound. */
  readonly staleness: number;
  /** That moment, by the time of the guard's memory; as above. */
  readonly at: number;
  /** Until when the same will do. Infinity where no time changes it. */
  readonly until: number;
}

/** Which demands a query has met, by what was known when it was judged. */
export interface Standing {
  readonly operation: OperationDefinitionNode;
  readonly met: readonly Met[];
  /** What the memory's `revision` said then. */
  readonly revision: number;
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

type Told = (source: Met['source'], staleness: number) => void;

/**
 * What was found out for one field of a query holds for its others of the same demand, as long as no revocation
 * became known and its time is not up. Not in mutations, which change things, nor in subscriptions, which last.
 */
export class Standings {
  readonly #memory: StandingMemory;
  readonly #told: Told | undefined;

  /** @param told of every pass: which source made it, and how old its knowledge is in milliseconds */
  constructor(memory: StandingMemory, told: Told | undefined) {
    this.#memory = memory;
    this.#told = told;
  }

  /** Whether the field may pass by it. */
  holds(requirement: Requirement, context: unknown, info: GraphQLResolveInfo): boolean {
    const standing = this.#memory.of(context)?.standing;
    if (standing === undefined || !this.#isOf(info.operation, standing)) return false;
    for (const met of standing.met) if (met.requirement === requirement) return this.#lasts(met);
    return false;
  }

  add(met: readonly Met[], context: unknown, operation: OperationDefinitionNode): void {
    const place = this.#memory.of(context);
    if (!place || operation.operation !== OperationTypeNode.QUERY) return;
    const { standing } = place;
    const more = standing && this.#isOf(operation, standing) ? standing.met : [];
    const isOther = ({ requirement }: Met) => !met.some((one) => one.requirement === requirement);
    place.standing = {
      operation,
      met: more.length === 0 ? met : [...more.filter(isOther), ...met],
      revision: this.#memory.revision(),
    };
  }

  #isOf(operation: OperationDefinitionNode, standing: Standing): boolean {
    return standing.operation === operation && standing.revision === this.#memory.revision();
  }

  #lasts({ source, staleness, at, until }: Met): boolean {
    if (until === Infinity && !this.#told) return true;
    const time = this.#memory.time();
    if (time > until) return false;
    this.#told?.(source, staleness + time - at);
    return true;
  }
}

/** Undefined where each field is to be judged by itself. */
export function standingsOf(guard: {
  readonly memory?: StandingMemory | undefined;
  readonly passed?: Told | undefined;
}): Standings | undefined {
  return guard.memory && new Standings(guard.memory, guard.passed);
}
