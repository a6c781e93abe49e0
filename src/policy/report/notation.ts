import type { Requirement } from '../requirement.js';
import { PUBLIC } from '../requirement.js';

/** A requirement as SDL would say it, with the default names: `@auth(scopes: [["a"]]) @critical`. */
export function formatRequirement({
  signedIn,
  scopes,
  maxAuthAge,
  maxStale,
  when = [],
}: Requirement): string {
  if (!signedIn) return '@public';
  const args = [
    ...(scopes.length === 0 ? [] : [`scopes: ${formatScopes(scopes)}`]),
    ...(maxAuthAge === undefined ? [] : [`maxAuthAge: ${maxAuthAge}`]),
  ].join(', ');
  const critical = maxStale === 0 ? '@critical' : `@critical(maxStale: ${maxStale ?? 0})`;
  const parts = [
    ...(args === '' ? [] : [`@auth(${args})`]),
    ...[...when].sort().map((condition) => `@auth(when: "${condition}")`),
    ...(maxStale === undefined ? [] : [critical]),
  ];
  return parts.length === 0 ? '@auth' : parts.join(' ');
}

function formatScopes(scopes: Requirement['scopes']): string {
  const lists = scopes.map((all) => [...all].sort().map((scope) => JSON.stringify(scope)));
  return `[${lists
    .map((all) => `[${all.join(', ')}]`)
    .sort()
    .join(', ')}]`;
}

const LIST = String.raw`\[(?:"[^"\\]*"(?:, )?)+\]`;
const AUTH = new RegExp(
  String.raw`^@auth\((?:scopes: (\[(?:${LIST}(?:, )?)+\]))?(?:, )?(?:maxAuthAge: (\d+))?\)(?: |$)`,
);
const WHEN = /^@auth\(when: "(\w+)"\)(?: |$)/;
const CRITICAL = /^@critical(?:\(maxStale: (\d+)\))?$/;

/** Reads what `formatRequirement` wrote, and nothing else. */
export function parseRequirement(text: string): Requirement | undefined {
  const requirement = text === '@public' ? PUBLIC : { signedIn: true, ...demandsIn(text) };
  return formatRequirement(requirement) === text ? requirement : undefined;
}

function demandsIn(text: string): Omit<Requirement, 'signedIn'> {
  let rest = text;
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  const [, scopes, maxAuthAge] = take(AUTH) ?? [];
  const when: string[] = [];
  for (let each = take(WHEN); each; each = take(WHEN)) when.push(each[1] ?? '');
  const critical = take(CRITICAL);
  return {
    scopes: scopes === undefined ? [] : (JSON.parse(scopes) as string[][]),
    ...(maxAuthAge === undefined ? {} : { maxAuthAge: Number(maxAuthAge) }),
    ...(critical ? { maxStale: Number(critical[1] ?? 0) } : {}),
    ...(when.length === 0 ? {} : { when }),
  };
}
