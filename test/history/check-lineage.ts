import type { Given, History, Moment, Operation, Violation } from './history.js';
import { effect } from './outcome.js';

interface Step {
  readonly operation: Operation;
  readonly given: Given;
  readonly counter: number;
  readonly text: string;
}

/**
 * Each refresh token has one lineage: one text for each place in it, one step for all who present the
 * same token, and never a step back.
 */
export function checkLineage({ operations }: History): Violation[] {
  const steps = new Map<string, Step[]>();
  for (const operation of operations) {
    const { outcome } = operation;
    const given = outcome.kind === 'answered' ? outcome.given : undefined;
    if (!given?.refresh) continue;
    const step = { operation, given, ...given.refresh };
    steps.set(given.session, [...(steps.get(given.session) ?? []), step]);
  }
  return [...steps.entries()].flatMap(([session, line]) => {
    const own = operations.filter(({ act, bearer }) =>
      act.kind === 'refresh'
        ? act.with.session === session
        : act.kind === 'changePassword' && bearer?.session === session,
    );
    return [...forks(line), ...stepsBack(line), ...wrongSteps(line, own)];
  });
}

function violation(invariant: string, says: string, ...operations: Operation[]): Violation {
  return { invariant, says, operations };
}

/** Two different tokens at one place. */
function forks(line: readonly Step[]): Violation[] {
  const first = new Map<number, Step>();
  return line.flatMap((step) => {
    const known = first.get(step.counter);
    if (!known) first.set(step.counter, step);
    if (!known || known.text === step.text) return [];
    const says = `two different refresh tokens at place ${step.counter}`;
    return [violation('lineage-forks', says, known.operation, step.operation)];
  });
}

/** A token from before one that was already answered when the request began. */
function stepsBack(line: readonly Step[]): Violation[] {
  return line.flatMap((step) => {
    const ahead = line.find(
      (other) => other.operation.end < step.operation.start && other.counter > step.counter,
    );
    if (!ahead) return [];
    const says = `place ${step.counter} was answered after place ${ahead.counter}`;
    return [violation('lineage-goes-back', says, ahead.operation, step.operation)];
  });
}

/** Not ahead of what was presented, ahead by more than one, or somebody else's. */
function wrongSteps(line: readonly Step[], own: readonly Operation[]): Violation[] {
  return line.flatMap(({ operation, given, counter }) => {
    const { act, end } = operation;
    if (act.kind !== 'refresh') return [];
    const presented = act.with;
    const violations: Violation[] = [];
    if (given.session !== presented.session || given.user !== presented.user) {
      violations.push(violation('lineage-crosses', "another session's tokens", operation));
    }
    if (counter <= presented.counter) {
      const says = `place ${counter} was answered to place ${presented.counter}`;
      violations.push(violation('lineage-stands-still', says, operation));
    }
    const limit = furthest(own, end);
    if (counter > limit) {
      const says = `place ${counter} was answered, and no token of a place above ${limit - 1} was presented`;
      violations.push(violation('lineage-skips', says, operation));
    }
    return violations;
  });
}

/** The place that one step from every token presented so far leads to; a new password is a step too. */
function furthest(own: readonly Operation[], until: Moment): number {
  const begun = own.filter(({ start }) => start <= until);
  const presented = begun.map(({ act }) => (act.kind === 'refresh' ? act.with.counter : 0));
  const renewals = begun.filter((o) => o.act.kind === 'changePassword' && effect(o) !== 'none');
  return Math.max(0, ...presented) + 1 + renewals.length;
}
