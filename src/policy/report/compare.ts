import { PUBLIC } from '../requirement.js';
import type { Requirement } from '../requirement.js';
import type { Snapshot } from './snapshot.js';

/** A field, or a type, that was there before and still is. */
export interface Changed {
  /** `Type.field`, or `Type` for what all values of a type demand. */
  readonly coordinate: string;
  readonly before: Requirement;
  readonly after: Requirement;
}

/** How two policies differ; every list is sorted by coordinate. */
export interface PolicyChanges {
  /** Somebody who was refused before may pass now. */
  readonly lessGuarded: readonly Changed[];
  /** Nobody may pass who was refused before, and somebody who passed may be refused. */
  readonly stricter: readonly Changed[];
  readonly added: readonly Omit<Changed, 'before'>[];
  readonly removed: readonly Omit<Changed, 'after'>[];
}

/** Compares what is demanded now with what was. Pure. What is only said in another way is no change. */
export function comparePolicies(before: Snapshot, after: Snapshot): PolicyChanges {
  const lessGuarded: Changed[] = [];
  const stricter: Changed[] = [];
  const added: Omit<Changed, 'before'>[] = [];
  const removed: Omit<Changed, 'after'>[] = [];
  const hadType = namesOfTypes(before);
  for (const [coordinate, now] of after) {
    // A type that says nothing for itself was open to whoever found it; its fields say that it was there.
    const was = before.get(coordinate) ?? (hadType.has(coordinate) ? PUBLIC : undefined);
    if (!was) {
      if (coordinate.includes('.') || now.signedIn) added.push({ coordinate, after: now });
    } else if (isLessGuarded(was, now)) {
      lessGuarded.push({ coordinate, before: was, after: now });
    } else if (isLessGuarded(now, was)) {
      stricter.push({ coordinate, before: was, after: now });
    }
  }
  for (const [coordinate, was] of before) {
    if (!after.has(coordinate)) removed.push({ coordinate, before: was });
  }
  return {
    lessGuarded: sorted(lessGuarded),
    stricter: sorted(stricter),
    added: sorted(added),
    removed: sorted(removed),
  };
}

/**
 * Whether there may be somebody whom `before` refuses and `after` admits: nothing less than that every
 * single demand of `before` follows from `after`, as no demand can stand in for another.
 */
export function isLessGuarded(before: Requirement, after: Requirement): boolean {
  const implied =
    (after.signedIn || !before.signedIn) &&
    scopesImply(after.scopes, before.scopes) &&
    isWithin(after.maxAuthAge, before.maxAuthAge) &&
    isWithin(after.maxStale, before.maxStale) &&
    (before.when ?? []).every((condition) => after.when?.includes(condition) === true);
  return !implied;
}

/** Whether every set of scopes that satisfies the one OR of ANDs satisfies the other. */
function scopesImply(one: Requirement['scopes'], other: Requirement['scopes']): boolean {
  if (other.length === 0) return true;
  if (one.length === 0) return false;
  // The smallest set that an alternative lets in is the alternative itself.
  return one.every((held) => other.some((all) => all.every((scope) => held.includes(scope))));
}

function isWithin(after: number | undefined, before: number | undefined): boolean {
  return before === undefined || (after !== undefined && after <= before);
}

function namesOfTypes(snapshot: Snapshot): Set<string> {
  return new Set([...snapshot.keys()].map((coordinate) => coordinate.replace(/\..*/, '')));
}

function sorted<T extends { readonly coordinate: string }>(list: T[]): T[] {
  return list.sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
}
