/** Bounds on what one document may ask for. They are judged before anything of it runs. */
export interface QueryLimits {
  /** Words and signs of a document: what its parsing may cost. */
  readonly tokens: number;
  /** Fields within one another. */
  readonly depth: number;
  /** Selections within one another, fragments counted too. */
  readonly nesting: number;
  /** Aliases of an operation, fragments expanded. */
  readonly aliases: number;
  /** Directives of an operation, fragments expanded. */
  readonly directives: number;
  /** Fields and fragments of all operations of a document, fragments expanded. */
  readonly selections: number;
  /** Pairs that validation compares: fields of one name at one place of the answer, and fragments there. */
  readonly overlaps: number;
  /** Fields at the root of an operation. */
  readonly rootFields: number;
  /** Fields that an answer may have: below a list as often as `first` or `last` says, else ten times. */
  readonly cost: number;
}

export type QueryLimit = keyof QueryLimits;

/**
 * What is far from what clients ask and far from what hurts: full introspection has 165 tokens and a
 * depth of 15. The slowest document found that fits was read and validated in 30 ms, where without these
 * bounds 2,000 tokens took 260 ms.
 */
export const QUERY_LIMITS: QueryLimits = {
  tokens: 2_000,
  depth: 20,
  nesting: 50,
  aliases: 50,
  directives: 50,
  selections: 5_000,
  overlaps: 5_000,
  rootFields: 30,
  cost: 50_000,
};
