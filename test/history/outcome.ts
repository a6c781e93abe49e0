import type { Operation, Outcome, Refusal } from './history.js';

/** Answered, and nothing was refused. */
export function passed({ outcome }: Operation): boolean {
  return outcome.kind === 'answered' && outcome.status === 200 && outcome.refusals.length === 0;
}

/** Codes that say "not now": nothing was decided about the one who asks. */
const NOT_NOW = new Set(['STORE_UNAVAILABLE', 'AUTH_CHECK_UNAVAILABLE', 'RATE_LIMITED']);

/** The first refusal that decides something. */
export function refusal({ outcome }: { outcome: Outcome }): Refusal | undefined {
  if (outcome.kind !== 'answered') return undefined;
  return outcome.refusals.find(
    ({ code }) => !NOT_NOW.has(code) && code !== 'INTERNAL_SERVER_ERROR',
  );
}

/** Whether asking again may be of use. */
export function undecided(operation: { outcome: Outcome }): boolean {
  const { outcome } = operation;
  if (outcome.kind !== 'answered') return true;
  return outcome.refusals.length > 0 && refusal(operation) === undefined;
}

/**
 * What a change came to. An error that says "try again" and a lost answer leave it open, and so does a
 * refusal inside `changePassword`, which reads the session again after it has committed.
 */
export function effect(operation: Operation): 'done' | 'none' | 'unknown' {
  const { outcome, act } = operation;
  if (passed(operation)) return 'done';
  if (outcome.kind !== 'answered') return 'unknown';
  const codes = new Set(outcome.refusals.map(({ code }) => code));
  // A check comes before the change, and so does a limit.
  if (codes.has('AUTH_CHECK_UNAVAILABLE') || codes.has('RATE_LIMITED')) return 'none';
  if (refusal(operation) === undefined) return 'unknown';
  const ranFirst = act.kind === 'changePassword' && outcome.status === 200;
  return ranFirst && codes.has('UNAUTHENTICATED') ? 'unknown' : 'none';
}
