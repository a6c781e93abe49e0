/** Attempts of one kind: how many have failed in a row, and when the last was. */
export interface Tally {
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly last: number;
}

/** What is known of the attempts at one account. An attempt counts as failed until it has succeeded. */
export interface Counts {
  /** Consecutive failures, wherever they came from. */
  readonly total: number;
  /** Those of them that came from places that the account was never signed in from. */
  readonly strangers: number;
  /** Of all such places together. */
  readonly crowd: Tally;
  readonly places: Readonly<Record<string, Tally>>;
  /** A place that is new here and was told to come back: it goes first. */
  readonly next?: { readonly place: string; readonly until: number };
  /** Whether the log has heard of a refusal since the last attempt. */
  readonly told?: boolean;
}

/** Where an attempt comes from. */
export interface From {
  readonly place: string;
  /** The account was signed in from there before. */
  readonly known: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** NIST SP 800-63B-4, 3.2.2: consecutive failures that are ever executed on one account. */
export const CEILING = 100;
/** Strangers get no further than here, so that known places always have something left. */
export const STRANGERS = 80;

/** So many failures cost no wait; each further one doubles it, from a second on, up to the longest. */
interface Delays {
  readonly free: number;
  readonly longest: number;
}
export const DELAYS = {
  place: { free: 10, longest: HOUR },
  /** Shorter, since it holds up everybody who is at a new place, the owner too. */
  strangers: { free: 30, longest: 15 * MINUTE },
} as const satisfies Record<string, Delays>;

/** A tally without an attempt for so long costs no wait any more; the ceiling still counts it. */
export const FORGIVEN = 24 * HOUR;
/** How long a place keeps its turn, once it has come. */
const TURN = 10 * SECOND;
/** A place that has failed more often gets no turn of its own. */
const NEW_HERE = 3;

const NONE: Tally = { failures: 0, last: 0 };
export const NO_ATTEMPTS: Counts = { total: 0, strangers: 0, crowd: NONE, places: {} };

export type Verdict =
  | { readonly admitted: true; readonly counts: Counts }
  | {
      readonly admitted: false;
      /** Milliseconds. */
      readonly wait: number;
      /** The log should hear of it. */
      readonly news: boolean;
      /** What is to be written down; undefined: nothing new. */
      readonly counts: Counts | undefined;
    };

/** Judges one more attempt, and counts it where it may be executed. @param now milliseconds since the epoch */
export function judge(counts: Counts, { place, known }: From, now: number): Verdict {
  const tally = remembered(counts.places[place], now);
  const crowd = remembered(counts.crowd, now);
  if (counts.total >= CEILING || (!known && counts.strangers >= STRANGERS)) {
    return refused(counts, HOUR);
  }
  const atPlace = opensAt(tally, DELAYS.place);
  if (known) {
    return now < atPlace
      ? refused(counts, atPlace - now)
      : { admitted: true, counts: counted(counts, { place, known }, { tally, crowd, now }) };
  }
  const { next } = counts;
  const isTaken = next !== undefined && next.until > now;
  const forAll = opensAt(crowd, DELAYS.strangers);
  const forOthers = isTaken && next.place !== place ? Math.max(forAll, next.until) : forAll;
  const opens = Math.max(atPlace, forOthers);
  if (now >= opens) {
    return { admitted: true, counts: counted(counts, { place, known }, { tally, crowd, now }) };
  }
  // Lest somebody who asks all the time takes every turn, and the owner at a new place gets none.
  const takesTurn = !isTaken && forAll > now && tally.failures < NEW_HERE;
  const waiting = takesTurn ? { ...counts, next: { place, until: forAll + TURN } } : undefined;
  return refused(waiting ?? counts, opens - now, waiting !== undefined);
}

/** The counts after a success: what failed elsewhere goes on to cost its wait. Undefined: nothing is left. */
export function succeeded(counts: Counts, { place }: From, now: number): Counts | undefined {
  const { [place]: _cleared, ...others } = counts.places;
  const places = lately(others, now);
  if (Object.keys(places).length === 0) return undefined;
  return { ...counts, total: 0, strangers: 0, places };
}

/** The counts without an attempt that was not executed after all. Undefined: nothing is left. */
export function givenBack(counts: Counts, { place, known }: From): Counts | undefined {
  const { [place]: tally = NONE, ...others } = counts.places;
  const less = (failures: number) => Math.max(0, failures - 1);
  const total = less(counts.total);
  if (total === 0) return undefined;
  const failures = less(tally.failures);
  return {
    ...counts,
    total,
    strangers: known ? counts.strangers : less(counts.strangers),
    crowd: known ? counts.crowd : { ...counts.crowd, failures: less(counts.crowd.failures) },
    places: failures === 0 ? others : { ...others, [place]: { ...tally, failures } },
  };
}

function refused(counts: Counts, wait: number, isNew = false): Verdict {
  const news = counts.told !== true;
  const toWrite = news || isNew ? { ...counts, told: true } : undefined;
  return { admitted: false, wait, news, counts: toWrite };
}

interface Known {
  readonly tally: Tally;
  readonly crowd: Tally;
  readonly now: number;
}

function counted(counts: Counts, { place, known }: From, { tally, crowd, now }: Known): Counts {
  const once = ({ failures }: Tally): Tally => ({ failures: failures + 1, last: now });
  const { next, total, strangers } = counts;
  const waits = next !== undefined && next.place !== place && next.until > now;
  return {
    total: total + 1,
    strangers: strangers + (known ? 0 : 1),
    crowd: known ? crowd : once(crowd),
    places: { ...lately(counts.places, now), [place]: once(tally) },
    ...(waits ? { next } : {}),
  };
}

function lately(places: Counts['places'], now: number): Counts['places'] {
  return Object.fromEntries(
    Object.entries(places).filter(([, tally]) => remembered(tally, now) !== NONE),
  );
}

function remembered(tally: Tally = NONE, now: number): Tally {
  return now - tally.last < FORGIVEN ? tally : NONE;
}

/** When the next attempt may be executed. */
function opensAt({ failures, last }: Tally, { free, longest }: Delays): number {
  return failures < free ? 0 : last + Math.min(SECOND * 2 ** (failures - free), longest);
}
