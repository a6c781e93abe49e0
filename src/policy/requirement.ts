/** What a field demands. Absent members demand nothing; every requirement but PUBLIC needs a session. */
export interface Requirement {
  /** Needs a signed-in caller. False only where nothing guards the field. */
  readonly signedIn: boolean;
  /** OR of ANDs: one of the inner lists must be held whole. Empty: no scope is needed. */
  readonly scopes: readonly (readonly string[])[];
  /** Seconds since the caller last entered the password. */
  readonly maxAuthAge?: number;
  /** Seconds; 0 asks the store now. Absent: whatever revocation the node has heard of. */
  readonly maxStale?: number;
  /** Names of conditions that must all be met, sorted. */
  readonly when?: readonly string[];
}

export const PUBLIC: Requirement = { signedIn: false, scopes: [] };

function lesser(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

/** (A or B) and (C or D) as one OR of ANDs, without the alternatives that another one implies. */
function bothScopes(
  a: Requirement['scopes'],
  b: Requirement['scopes'],
): readonly (readonly string[])[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const products = a.flatMap((left) =>
    b.map((right) => [...new Set([...left, ...right])].sort((x, y) => (x < y ? -1 : 1))),
  );
  const unique = [...new Map(products.map((list) => [list.join(' '), list])).values()];
  return unique.filter(
    (list) => !unique.some((other) => other !== list && other.every((s) => list.includes(s))),
  );
}

/** Every demand of both: the strictest age wins, scopes must satisfy each side. */
export function both(a: Requirement, b: Requirement): Requirement {
  const maxAuthAge = lesser(a.maxAuthAge, b.maxAuthAge);
  const maxStale = lesser(a.maxStale, b.maxStale);
  const when = [...new Set([...(a.when ?? []), ...(b.when ?? [])])].sort();
  return {
    signedIn: a.signedIn || b.signedIn,
    scopes: bothScopes(a.scopes, b.scopes),
    ...(when.length === 0 ? {} : { when }),
    ...(maxAuthAge === undefined ? {} : { maxAuthAge }),
    ...(maxStale === undefined ? {} : { maxStale }),
  };
}

/** Whether the held scopes satisfy an OR of ANDs. */
export function holdsScopes(needed: Requirement['scopes'], held: ReadonlySet<string>): boolean {
  return needed.length === 0 || needed.some((all) => all.every((scope) => held.has(scope)));
}
