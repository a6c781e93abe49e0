/** Milliseconds on the monotonic clock of the process that asks, since the run began. */
export type Moment = number;

/** How fresh the knowledge must be: plain `@auth`, `@critical`, or within so many milliseconds. */
export type Demand = 'plain' | 'critical' | number;

/** An access token, as its holder knows it. */
export interface Bearer {
  readonly session: string;
  readonly user: string;
  /** The request that brought it was sent then… */
  readonly asked: Moment;
  /** … and answered then. */
  readonly received: Moment;
  /** Milliseconds, as it was told. */
  readonly expiresIn: number;
}

/** A refresh token, as its holder knows it. */
export interface RefreshCredential {
  readonly session: string;
  readonly user: string;
  readonly counter: number;
  readonly text: string;
  readonly received: Moment;
}

export type Act =
  | { readonly kind: 'login'; readonly user: string }
  | { readonly kind: 'refresh'; readonly with: RefreshCredential }
  | { readonly kind: 'ask'; readonly demand: Demand }
  | { readonly kind: 'logout'; readonly session: string }
  | { readonly kind: 'revokeSession'; readonly session: string }
  | { readonly kind: 'revokeMySession'; readonly session: string }
  | { readonly kind: 'revokeUser'; readonly user: string; readonly device?: string }
  | { readonly kind: 'logoutEverywhere'; readonly user: string; readonly keepCurrent: boolean }
  | { readonly kind: 'changePassword'; readonly user: string }
  | { readonly kind: 'disable'; readonly user: string }
  | { readonly kind: 'enable'; readonly user: string }
  | { readonly kind: 'setScopes'; readonly user: string; readonly scopes: readonly string[] }
  | { readonly kind: 'revokeAll' }
  | { readonly kind: 'rotateKey'; readonly revokeIssued: boolean };

/** How an actor behaves: the first two keep to the rules of a client, the others do not. */
export type Role = 'client' | 'admin' | 'ghost' | 'thief' | 'probe';

/** Tokens that an answer brought. */
export interface Given {
  readonly session: string;
  readonly user: string;
  readonly device: string;
  readonly scopes: readonly string[];
  readonly access: string;
  /** Milliseconds. */
  readonly expiresIn: number;
  readonly refresh?: { readonly counter: number; readonly text: string };
}

export interface Refusal {
  readonly code: string;
  readonly reason: string;
  readonly path?: string;
  readonly retryable: boolean;
  readonly retryAfter: boolean;
}

export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly refusals: readonly Refusal[];
      readonly hasData: boolean;
      readonly challenge: boolean;
      readonly given?: Given;
      /** An access token in place of the one that asked, under schemes that renew. */
      readonly renewed?: string;
    }
  /** Not in the form that every answer must have. */
  | { readonly kind: 'malformed'; readonly status: number; readonly text: string }
  /** No answer: the client gave up on purpose, waited in vain, or the network broke. */
  | { readonly kind: 'cut'; readonly why: 'abandoned' | 'time-out' | 'network' };

export interface Operation {
  readonly id: number;
  readonly actor: string;
  readonly role: Role;
  readonly node: number;
  /** Which life of the node: it counts its starts. */
  readonly life: number;
  readonly act: Act;
  readonly bearer?: Bearer;
  readonly start: Moment;
  readonly end: Moment;
  readonly outcome: Outcome;
}

/** A trouble that was made on purpose. Without a node it is all nodes' trouble. */
export interface Fault {
  readonly kind: string;
  readonly node?: number;
  readonly from: Moment;
  readonly to: Moment;
}

/** What a node said or did that no client sees. */
export interface Complaint {
  readonly node: number;
  readonly at: Moment;
  readonly what: string;
}

export interface History {
  readonly operations: readonly Operation[];
  readonly faults: readonly Fault[];
  readonly complaints: readonly Complaint[];
  /** When every trouble was over; undefined where none was waited for. */
  readonly healedAt?: Moment;
}

/** What the nodes were told to be; durations in milliseconds. */
export interface Rules {
  /** Longest life of an access token; undefined: as long as its session. */
  readonly accessTtl: number | undefined;
  readonly clockTolerance: number;
  readonly refreshGrace: number;
  /** Bound of plain `@auth` fields whatever happens: AUTH_MAX_STALE, or the scheme's own. */
  readonly plainWithin: number | undefined;
  /** Bound of plain `@auth` fields while nothing is in the feed's way; undefined: there is no feed. */
  readonly feedWithin: number | undefined;
  /** How long after a trouble the feed may still be in it. */
  readonly feedRecovers: number;
  /** How long after the last trouble the nodes may still differ. */
  readonly agreeWithin: number;
  /** Whether a fail-over may undo what was acknowledged shortly before. Default false. */
  readonly loses?: boolean;
}

/** Something that must not be. */
export interface Violation {
  readonly invariant: string;
  readonly says: string;
  /** The operations that show it, the offender last. */
  readonly operations: readonly Operation[];
}
