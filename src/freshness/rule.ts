/**
 * What a node knows of a session, as ages in milliseconds: how long ago each moment was at which the
 * session was good beyond doubt. A source that says nothing is absent.
 */
export interface Knowledge {
  /** Since the token was issued: the database was consulted then. */
  readonly issue?: number | undefined;
  /** Since this node's own last look at the store. */
  readonly check?: number | undefined;
  /** Since the moment up to which this node has seen every revocation committed anywhere. */
  readonly mark?: number | undefined;
}

export type Source = keyof Knowledge;

export type Decision =
  /** Fresh enough, and which moment made it so. */
  | { readonly kind: 'pass'; readonly source: Source; readonly staleness: number }
  /** Ask the store; the field runs only if it answers that the session is good. */
  | { readonly kind: 'ask' };

const SOURCES: readonly Source[] = ['issue', 'check', 'mark'];

/** The newest moment; `undefined` when no source says anything. */
function newest(knowledge: Knowledge): { source: Source; staleness: number } | undefined {
  let source: Source | undefined;
  let staleness = Infinity;
  for (const each of SOURCES) {
    // NaN and infinity say nothing; a moment in the future is a clock's error, not knowledge of it.
    const age = knowledge[each];
    if (age === undefined || !Number.isFinite(age) || Math.max(age, 0) >= staleness) continue;
    source = each;
    staleness = Math.max(age, 0);
  }
  return source && { source, staleness };
}

/**
 * The rule: pass if now minus the newest good moment is within `maxStale` milliseconds, otherwise ask
 * the store. Without a bound any valid token passes; a bound of 0 always asks, however new the moment.
 * A known revocation is not this rule's matter: it denies before anyone gets here.
 */
export function decide(maxStale: number | undefined, knowledge: Knowledge): Decision {
  const best = newest(knowledge);
  if (best === undefined) return { kind: 'ask' };
  if (maxStale === undefined) return { kind: 'pass', ...best };
  return maxStale > 0 && best.staleness <= maxStale ? { kind: 'pass', ...best } : { kind: 'ask' };
}
