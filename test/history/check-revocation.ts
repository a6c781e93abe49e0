import type { Endings, Credential, Ending } from './endings.js';
import type { Bearer, Demand, History, Moment, Operation, Rules, Violation } from './history.js';
import { effect, passed, refusal } from './outcome.js';

/**
 * What a bound may be missed by, in milliseconds. By construction it is not missed at all: `iat` is
 * rounded down, marks and checks are taken before the statement that they speak of is sent, and the
 * request began before it was judged. But nodes judge by the database's time, which they know to half
 * a round trip, and a busy machine makes round trips long.
 */
const SLACK = 500;
/** An access token's expiry is rounded up to a second. */
const ROUNDED = 1_000;

const CRITICAL: ReadonlySet<Operation['act']['kind']> = new Set([
  'revokeSession',
  'revokeMySession',
  'revokeUser',
  'logoutEverywhere',
  'changePassword',
  'disable',
  'enable',
  'setScopes',
  'revokeAll',
  'rotateKey',
]);

interface Passage {
  readonly operation: Operation;
  readonly credential: Credential;
  readonly demand: Demand;
}

/** Where a token got something, and how fresh the knowledge about it had to be. */
function passage(operation: Operation): Passage | undefined {
  const { act, bearer, outcome } = operation;
  if (act.kind === 'refresh' && outcome.kind === 'answered' && outcome.given) {
    return { operation, credential: act.with, demand: 'critical' };
  }
  if (!bearer || effect(operation) !== 'done') return undefined;
  if (act.kind === 'ask') return { operation, credential: bearer, demand: act.demand };
  return CRITICAL.has(act.kind) ? { operation, credential: bearer, demand: 'critical' } : undefined;
}

/** No token of a session that is over gets anything later than the field allows. */
export function checkRevocation(history: History, endings: Endings, rules: Rules): Violation[] {
  const violations: Violation[] = [];
  for (const operation of history.operations) {
    const found = passage(operation);
    const ending = found && endings.endedBy(found.credential);
    if (found && ending && ending.by < operation.start) {
      violations.push(...tooLate(found, ending, history, rules));
      violations.push(...forgotten(found, endings));
    }
    violations.push(...expired(operation, rules), ...disabledLogin(operation, history));
  }
  return [...violations, ...unlearnt(history)];
}

function tooLate(
  { operation, demand }: Passage,
  ending: Ending,
  history: History,
  rules: Rules,
): Violation[] {
  const late = operation.start - ending.by;
  const says = (bound: string) =>
    `passed ${describe(demand)} ${Math.round(late)} ms after the session's end was acknowledged; ${bound}`;
  const operations = [ending.operation, operation];
  if (demand === 'critical') {
    return [{ invariant: 'revoked-passes-critical', says: says('allowed: 0 ms'), operations }];
  }
  const { accessTtl, clockTolerance, plainWithin, feedWithin } = rules;
  const bound = demand === 'plain' ? plainWithin : Math.min(demand, plainWithin ?? Infinity);
  // A bound of 0 is no age that may be misread: it asks.
  if (bound !== undefined && late > (bound === 0 ? 0 : bound + SLACK)) {
    const allowed = says(`allowed: ${bound} ms`);
    return [{ invariant: 'revoked-passes-bounded', says: allowed, operations }];
  }
  if (accessTtl !== undefined && late > accessTtl + clockTolerance + ROUNDED + SLACK) {
    const allowed = says(`no token lives longer than ${accessTtl} ms`);
    return [{ invariant: 'revoked-outlives-token', says: allowed, operations }];
  }
  const calmSince = operation.start - (feedWithin ?? Infinity);
  if (calmSince > ending.by && isCalm(history, operation.node, calmSince, operation.start, rules)) {
    const allowed = says(`the feed takes at most ${feedWithin ?? 0} ms`);
    return [{ invariant: 'revoked-passes-plain', says: allowed, operations }];
  }
  return [];
}

/** Whether nothing stood between the node and the feed. */
function isCalm(
  { faults }: History,
  node: number,
  from: Moment,
  to: Moment,
  { feedRecovers }: Rules,
): boolean {
  return faults.every(
    (fault) =>
      (fault.node !== undefined && fault.node !== node) ||
      fault.from > to ||
      fault.to + feedRecovers < from,
  );
}

/** What a node did itself, and nobody else can have done before, it knows while it lives. */
function forgotten({ operation, credential }: Passage, endings: Endings): Violation[] {
  const { node, life, start } = operation;
  const all = endings.of(credential);
  const own = all.find(
    ({ operation: by, by: known }) =>
      by.node === node &&
      by.life === life &&
      known < start &&
      all.every((other) => other.operation === by || other.from > known),
  );
  if (!own) return [];
  const says = 'a node let pass what it had ended itself';
  return [{ invariant: 'own-revocation-forgotten', says, operations: [own.operation, operation] }];
}

/** What a node found to be over stays so, for that token and older ones of the session. */
function unlearnt({ operations }: History): Violation[] {
  const refused = new Map<string, Operation[]>();
  const violations: Violation[] = [];
  for (const operation of [...operations].sort((one, other) => one.start - other.start)) {
    const { bearer, node, life } = operation;
    if (!bearer || operation.act.kind !== 'ask') continue;
    const key = `${node} ${life} ${bearer.session}`;
    const known = refused.get(key) ?? [];
    if (['SESSION_REVOKED', 'ACCOUNT_DISABLED'].includes(refusal(operation)?.reason ?? '')) {
      refused.set(key, [...known, operation]);
    }
    const before = known.find(
      (other) => other.end < operation.start && (other.bearer?.received ?? 0) >= bearer.received,
    );
    if (!before || !passed(operation)) continue;
    const says = 'a node let pass what it had refused before';
    violations.push({ invariant: 'refusal-taken-back', says, operations: [before, operation] });
  }
  return violations;
}

function expired(operation: Operation, rules: Rules): Violation[] {
  const { act, bearer, start } = operation;
  // Whoever wants to log out may do so with what has expired.
  if (!bearer || act.kind === 'logout') return [];
  if (rules.accessTtl === undefined || !passed(operation)) return [];
  const late = start - expiryOf(bearer) - rules.clockTolerance;
  if (late <= ROUNDED + SLACK) return [];
  const says = `an access token passed ${Math.round(late)} ms after its end`;
  return [{ invariant: 'expired-passes', says, operations: [operation] }];
}

/** The latest moment that the holder must take for the end, by what it was told. */
function expiryOf({ received, expiresIn }: Bearer): Moment {
  return received + expiresIn;
}

/** A sign-in that began after a disable was acknowledged, and ended before anybody enabled. */
function disabledLogin(operation: Operation, { operations }: History): Violation[] {
  const { act, start, end } = operation;
  if (act.kind !== 'login' || !passed(operation)) return [];
  const disable = operations
    .filter((other) => other.act.kind === 'disable' && other.act.user === act.user)
    .filter((other) => effect(other) === 'done' && other.end < start)
    .sort((one, other) => other.end - one.end)[0];
  if (!disable) return [];
  const enabled = operations.some(
    (other) =>
      other.act.kind === 'enable' &&
      other.act.user === act.user &&
      effect(other) !== 'none' &&
      other.start < end &&
      // One whose answer was lost may have come at any time since.
      (effect(other) === 'unknown' || other.end > disable.start),
  );
  if (enabled) return [];
  const says = 'a disabled account signed in';
  return [{ invariant: 'disabled-signs-in', says, operations: [disable, operation] }];
}

function describe(demand: Demand): string {
  if (demand === 'plain') return '@auth';
  return demand === 'critical' ? '@critical' : `@critical(maxStale: ${demand / 1_000})`;
}
