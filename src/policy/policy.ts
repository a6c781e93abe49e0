import { PUBLIC } from './requirement.js';
import type { Requirement } from './requirement.js';
import type { PolicyWarning } from './warnings.js';

/** One line of the policy's report. */
export interface PolicyEntry {
  /** `Type.field` */
  readonly coordinate: string;
  readonly public: boolean;
  /** OR of ANDs; empty where no scope is needed. */
  readonly scopes: readonly (readonly string[])[];
  /** Seconds. */
  readonly maxAuthAge: number | null;
  /** Seconds; 0 asks the store now; null: any revocation that the node has heard of. */
  readonly maxStale: number | null;
  /** Names of the conditions that must all be met. */
  readonly when: readonly string[];
}

/** The compiled table `Type.field -> requirement`. Immutable. */
export class Policy {
  readonly #fields: ReadonlyMap<string, Requirement>;
  readonly #types: ReadonlyMap<string, Requirement>;
  readonly warnings: readonly PolicyWarning[];

  constructor(
    fields: ReadonlyMap<string, Requirement>,
    types: ReadonlyMap<string, Requirement>,
    warnings: readonly PolicyWarning[],
  ) {
    this.#fields = fields;
    this.#types = types;
    this.warnings = warnings;
  }

  /** What a field of an object type demands. */
  field(type: string, field: string): Requirement {
    return this.#fields.get(`${type}.${field}`) ?? PUBLIC;
  }

  /** What every value of an object type or an interface demands, wherever it appears. */
  type(name: string): Requirement {
    return this.#types.get(name) ?? PUBLIC;
  }

  /** Every field of the schema, sorted by coordinate. */
  entries(): PolicyEntry[] {
    return [...this.#fields]
      .map(([coordinate, requirement]) => ({
        coordinate,
        public: !requirement.signedIn,
        scopes: requirement.scopes,
        maxAuthAge: requirement.maxAuthAge ?? null,
        maxStale: requirement.maxStale ?? null,
        when: requirement.when ?? [],
      }))
      .sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
  }
}
