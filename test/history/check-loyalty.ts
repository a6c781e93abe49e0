import type { Endings } from './endings.js';
import type { History, Moment, Operation, Violation } from './history.js';
import { effect, refusal } from './outcome.js';

/** Seconds for which the strictest field believes in a password, in milliseconds. */
const MAX_AUTH_AGE = 300_000;

/**
 * Nobody who behaves is logged out: a client or an admin is refused for good only where something in
 * the history explains it.
 */
export function checkLoyalty(history: History, endings: Endings): Violation[] {
  return history.operations
    .filter(({ role }) => role === 'client' || role === 'admin')
    .flatMap((operation) => {
      const refused = refusal(operation);
      if (!refused || isExplained(operation, refused.reason, history, endings)) return [];
      const says = `refused with ${refused.code}/${refused.reason}, and nothing explains it`;
      return [{ invariant: 'logged-out-for-nothing', says, operations: [operation] }];
    });
}

function isExplained(
  operation: Operation,
  reason: string,
  history: History,
  endings: Endings,
): boolean {
  const { act, bearer, start, end } = operation;
  const credential = act.kind === 'refresh' ? act.with : bearer;
  const endingsBefore = (kinds: readonly string[]) =>
    credential !== undefined &&
    endings
      .of(credential)
      .some(({ from, operation: by }) => from <= end && kinds.includes(by.act.kind));
  switch (reason) {
    case 'SESSION_REVOKED':
    case 'SESSION_EXPIRED':
      return credential !== undefined && endings.mayHaveEnded(credential, end);
    case 'ACCOUNT_DISABLED':
      return act.kind === 'login'
        ? mayBeDisabled(history, act.user, start, end)
        : endingsBefore(['disable']);
    case 'TOKEN_EXPIRED':
      return bearer !== undefined && end >= bearer.asked + bearer.expiresIn;
    case 'TOKEN_INVALID':
      return endingsBefore(['rotateKey']) || mayNotKnowKey(history, operation);
    case 'REFRESH_INVALID':
      return endingsBefore(['changePassword']);
    case 'REFRESH_REUSED':
      return endings.mayBeReuse(operation);
    case 'INVALID_CREDENTIALS':
      return (
        (act.kind === 'login' || act.kind === 'changePassword') &&
        mayBeUnsure(history, act.user, start, end)
      );
    case 'REAUTHENTICATION_REQUIRED':
      return (
        bearer !== undefined &&
        end - (endings.sessions.get(bearer.session)?.asked ?? 0) > MAX_AUTH_AGE
      );
    default:
      return false;
  }
}

/** Milliseconds after which a node knows a new key, if it had no doorbell: its report, and another. */
const KEY_KNOWN_WITHIN = 25_000;

/**
 * A rotation that revokes does not wait for ever for a node in trouble: a stolen key must go. That
 * node then refuses what the new key signs until it has heard of it.
 */
function mayNotKnowKey({ operations, faults }: History, { node, start, end }: Operation): boolean {
  return operations.some(
    (rotation) =>
      rotation.act.kind === 'rotateKey' &&
      rotation.act.revokeIssued &&
      effect(rotation) !== 'none' &&
      rotation.start <= end &&
      rotation.end > start - KEY_KNOWN_WITHIN &&
      faults.some(
        (fault) =>
          (fault.node === undefined || fault.node === node) &&
          fault.from <= end &&
          fault.to >= rotation.start - KEY_KNOWN_WITHIN,
      ),
  );
}

/** Whether an account may have been disabled at some time between two moments. */
function mayBeDisabled({ operations }: History, user: string, from: Moment, to: Moment): boolean {
  return operations.some(
    (disable) =>
      disable.act.kind === 'disable' &&
      disable.act.user === user &&
      effect(disable) !== 'none' &&
      disable.start <= to &&
      !operations.some(
        (enable) =>
          enable.act.kind === 'enable' &&
          enable.act.user === user &&
          effect(enable) === 'done' &&
          effect(disable) === 'done' &&
          enable.start > disable.end &&
          enable.end < from,
      ),
  );
}

/** Whether a password may have changed between two moments, or nobody can say which one it is. */
function mayBeUnsure({ operations }: History, user: string, from: Moment, to: Moment): boolean {
  return operations.some(
    (change) =>
      change.act.kind === 'changePassword' &&
      change.act.user === user &&
      change.start <= to &&
      (effect(change) === 'unknown' || (effect(change) === 'done' && change.end >= from)),
  );
}
