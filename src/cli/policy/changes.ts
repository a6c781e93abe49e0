import { formatRequirement } from '../../policy/report/index.js';
import type { PolicyChanges } from '../../policy/report/index.js';

/** How the policy differs from a snapshot, for people: one line for each field. */
export function changesText(changes: PolicyChanges, snapshot: string): string {
  const { lessGuarded, stricter, added, removed } = changes;
  const sections = [
    section(`Less guarded than in ${snapshot}`, lessGuarded.map(changed)),
    section('Stricter', stricter.map(changed)),
    section('New', added.map(now)),
    section('Gone', removed.map(gone)),
  ].filter((text) => text !== '');
  if (sections.length === 0) return `Nothing is guarded otherwise than in ${snapshot}.`;
  const hint = `To accept this, run the command with --snapshot ${snapshot} instead of --check.`;
  return [...sections, hint].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

type Of<K extends keyof PolicyChanges> = PolicyChanges[K][number];

const changed = ({ coordinate, before, after }: Of<'lessGuarded'>) =>
  `${coordinate}: ${formatRequirement(before)} → ${formatRequirement(after)}`;
const now = ({ coordinate, after }: Of<'added'>) => `${coordinate}: ${formatRequirement(after)}`;
const gone = ({ coordinate, before }: Of<'removed'>) =>
  `${coordinate}: was ${formatRequirement(before)}`;

/** The same for programs. */
export function changesJson({ lessGuarded, stricter, added, removed }: PolicyChanges) {
  const written = (list: readonly object[]) =>
    list.map((each) =>
      Object.fromEntries(
        Object.entries(each).map(([key, value]: [string, unknown]) => [
          key,
          typeof value === 'string' ? value : formatRequirement(value as never),
        ]),
      ),
    );
  return {
    lessGuarded: written(lessGuarded),
    stricter: written(stricter),
    added: written(added),
    removed: written(removed),
  };
}
