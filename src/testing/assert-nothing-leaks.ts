import { walkGuardedFields } from './walk.js';
import type { Finding, WalkOptions, WalkReport } from './walk.js';

/**
 * Walks a schema as `walkGuardedFields` does.
 * @returns the report, for those who want to assert more
 * @throws Error listing every leak and every wrong denial, or saying that nothing is guarded at all.
 */
export async function assertNothingLeaks(options: WalkOptions): Promise<WalkReport> {
  const report = await walkGuardedFields(options);
  const { leaks, denied, guardedFields } = report;
  const problems = [
    ...section('Not refused without a token:', leaks),
    ...section('Refused or missing, although nothing guards it:', denied),
    // A walk that finds nothing to look at would pass for ever.
    ...(guardedFields === 0 ? ['No field of the schema is guarded.'] : []),
  ];
  if (problems.length === 0) return report;
  throw new Error(problems.join('\n'));
}

function section(title: string, findings: readonly Finding[]): string[] {
  const lines = findings.map(
    ({ coordinate, why, query }) => `  ${coordinate}: ${why}\n    ${query}`,
  );
  return lines.length === 0 ? [] : [title, ...lines];
}
