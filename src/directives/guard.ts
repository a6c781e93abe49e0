import type { PortcullisError } from '../errors/portcullis-error.js';
import type { Knowledge, Source } from '../freshness/rule.js';
import type { StandingMemory } from './standing.js';

/** What a verified token says, as far as rules look at it. Times in seconds since the epoch. */
export interface VerifiedToken {
  readonly sessionId: string;
  readonly scopes: ReadonlySet<string>;
  readonly issuedAt: number;
  readonly authenticatedAt: number;
}

/** What enforcement asks of its surroundings; everything but `check` answers without I/O. */
export interface Guard<T extends VerifiedToken = VerifiedToken> {
  /** The verified token of the one who asks; throws when nobody can tell at the moment. */
  token(context: unknown): T | undefined;
  /** Why a presented token was refused: then nothing of its operation runs. Default: for no reason. */
  refusal?(context: unknown): PortcullisError | undefined;
  /** Whether the store itself said for this very request that the token is good. Default: no. */
  checked?(context: unknown): boolean;
  /** Told that a field of a query's root has asked the store, and was let pass. */
  asked?(context: unknown): void;
  /** The reason, if a revocation is known here that denies the token. */
  revoked(token: T): 'SESSION_REVOKED' | 'ACCOUNT_DISABLED' | undefined;
  /** Whether the token has expired since the context was made, for events of a subscription. Default: no. */
  expired?(token: T): boolean;
  /** What this node knows. Default of `issue`: since `issuedAt`, by `now`. */
  knowledge(token: T): Knowledge;
  /**
   * Asks the store: `true` if the session is good; throws why it is not. Anything else denies.
   * @param query the context of a query, for which will do what the store said since it came
   */
  check(token: T, query?: unknown): Promise<true>;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Told of a signed-in caller whom the token alone keeps from a field: scopes it lacks, a password entered
   * too long ago. The refusal waits until it settles.
   */
  refused?(context: unknown, coordinate: string, why: PortcullisError): Promise<void> | undefined;
  /** Told of every pass: which source made it, and how old its knowledge was in milliseconds. */
  readonly passed?: ((source: Source | 'store', staleness: number) => void) | undefined;
  /**
   * Lets fields of a query that demand the same pass by one answer. Default: each is judged anew, by the same
   * knowledge.
   */
  readonly memory?: StandingMemory | undefined;
  /** Told of what a condition threw. */
  readonly conditionFailed?: ((name: string, error: unknown) => void) | undefined;
}
