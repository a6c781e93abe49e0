import { isObjectType } from 'graphql';
import { StartupError } from '../../errors/startup-error.js';
import type { Requirement } from '../requirement.js';
import { formatRequirement, parseRequirement } from './notation.js';
import type { PolicyReport } from './report.js';

/**
 * What everything demands, by coordinate: `Type.field`, and `Type` for what all values of an object type
 * demand, since a list of an interface or a union shows them without asking a field.
 */
export type Snapshot = ReadonlyMap<string, Requirement>;

/**
 * What a schema demands at present.
 * @param compiled a schema and the policy that was compiled from it
 */
export function takeSnapshot({
  schema,
  policy,
}: Pick<PolicyReport, 'schema' | 'policy'>): Snapshot {
  const snapshot = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    snapshot.set(type.name, policy.type(type.name));
  }
  for (const { coordinate } of policy.entries()) {
    const [type = '', field = ''] = coordinate.split('.');
    snapshot.set(coordinate, policy.field(type, field));
  }
  return snapshot;
}

const TITLE = '# Portcullis policy snapshot, version ';
const VERSION = '1';

/**
 * A snapshot as a text to keep under version control: one line for each field, and one for each type that
 * is guarded as a whole, sorted, in the words of the SDL and with the directives' default names.
 */
export function formatSnapshot(snapshot: Snapshot): string {
  const lines = [...snapshot]
    .filter(([coordinate, { signedIn }]) => coordinate.includes('.') || signedIn)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([coordinate, requirement]) => `${coordinate} ${formatRequirement(requirement)}\n`);
  return `${TITLE}${VERSION}\n${lines.join('')}`;
}

/**
 * Reads what `formatSnapshot` wrote, in this version of the format, and nothing else.
 * @param name how messages call the file
 * @throws StartupError naming the line that is not one of a snapshot.
 */
export function parseSnapshot(text: string, name: string): Snapshot {
  const [first = '', ...lines] = text.replace(/\r\n/g, '\n').split('\n');
  if (!first.startsWith(TITLE)) throw new StartupError(`${name} is not a snapshot of a policy.`);
  const version = first.slice(TITLE.length);
  if (version !== VERSION) {
    throw new StartupError(
      `${name} is a snapshot of version ${JSON.stringify(version)}; this Portcullis reads ${VERSION}.`,
    );
  }
  const snapshot = new Map<string, Requirement>();
  const broken = (line: number, why: string) =>
    new StartupError(`${name}:${line}: ${why}; write the snapshot anew with --snapshot.`);
  for (const [index, line] of lines.entries()) {
    if (line === '' && index === lines.length - 1) break;
    const [, coordinate = '', rest = ''] =
      /^([_A-Za-z]\w*(?:\.[_A-Za-z]\w*)?) (.+)$/.exec(line) ?? [];
    const requirement = parseRequirement(rest);
    if (!requirement) throw broken(index + 2, 'this line is not one of a snapshot');
    if (snapshot.has(coordinate)) throw broken(index + 2, `${coordinate} is there twice`);
    snapshot.set(coordinate, requirement);
  }
  return snapshot;
}
