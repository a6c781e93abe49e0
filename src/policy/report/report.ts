import type { GraphQLSchema } from 'graphql';
import { StartupError } from '../../errors/startup-error.js';
import { draftPolicy } from '../compile.js';
import { DEFAULT_NAMES } from '../names.js';
import type { PolicyOptions } from '../compile.js';
import type { Policy, PolicyEntry } from '../policy.js';
import { printable } from './printable.js';
import { readSdl } from './read-sdl.js';
import type { SdlFile } from './read-sdl.js';
import { reportWarnings } from './warnings.js';
import type { ReportWarning } from './warnings.js';

/** What can be told of a schema without running it. */
export interface PolicyReport {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  /** Sorted by coordinate. */
  readonly fields: readonly PolicyEntry[];
  /** Sorted by coordinate. */
  readonly warnings: readonly ReportWarning[];
  /** Root fields with neither a rule nor `@public`; where there are any, no server starts. */
  readonly bare: readonly string[];
}

/**
 * Reads SDL and compiles its rules.
 * @throws StartupError with `file:line:column` where the SDL is wrong, with the coordinate where one of
 * our directives is misused.
 */
export function reportOn(files: readonly SdlFile[], options: PolicyOptions = {}): PolicyReport {
  const { schema, undeclared } = readSdl(files, options.names ?? DEFAULT_NAMES);
  const draft = draftPolicy(schema, options);
  if (draft.problems.length > 0) {
    const problems = draft.problems.map(printable).join('\n  ');
    throw new StartupError(`The schema's rules are not valid:\n  ${problems}`);
  }
  const { policy } = draft;
  const bare = [...draft.bare].sort();
  const warnings = reportWarnings(schema, draft, undeclared);
  return { schema, policy, fields: policy.entries(), warnings, bare };
}
