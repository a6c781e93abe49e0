import { Endings, covers } from './endings.js';
import type { Act, Fault, History, Operation, Outcome, Rules, Violation } from './history.js';
import { effect } from './outcome.js';

/** How much of the history before the offence is shown, in milliseconds. */
const BEFORE = 15_000;
const LINES = 60;

/** One violation with all that has to do with it, for people. */
export function explain(violation: Violation, history: History, rules: Rules): string {
  const { invariant, says, operations } = violation;
  const lines = [`VIOLATED ${invariant}: ${says}`, ...operations.map((o) => `  > ${line(o)}`)];
  const last = operations.at(-1);
  if (!last) return lines.join('\n');
  const sessions = new Set(operations.flatMap(sessionsOf));
  const endings = new Endings(history.operations, rules.refreshGrace);
  const related = history.operations.filter(
    (operation) =>
      operation.start >= last.start - BEFORE &&
      operation.start <= last.end &&
      (sessionsOf(operation).some((session) => sessions.has(session)) ||
        [...sessions].some((id) => isAbout(operation, id, endings))),
  );
  const faults = history.faults.filter(
    ({ from, to }) => from <= last.end && to >= last.start - BEFORE,
  );
  const told = [
    ...related.map((operation) => ({ at: operation.start, text: line(operation) })),
    ...faults.map((fault) => ({ at: fault.from, text: faultLine(fault) })),
  ].sort((one, other) => one.at - other.at);
  return [
    ...lines,
    '  what led there:',
    ...told.slice(-LINES).map(({ text }) => `    ${text}`),
  ].join('\n');
}

function isAbout(operation: Operation, id: string, endings: Endings): boolean {
  const session = endings.sessions.get(id);
  if (!session || operation.act.kind === 'refresh' || effect(operation) === 'none') return false;
  return covers(operation, { session: id, received: session.received }, session) !== 'not';
}

function sessionsOf({ act, bearer, outcome }: Operation): string[] {
  const own =
    act.kind === 'refresh' ? act.with.session : 'session' in act ? act.session : undefined;
  const given = outcome.kind === 'answered' ? outcome.given?.session : undefined;
  return [own, bearer?.session, given].filter((session) => session !== undefined);
}

const short = (id: string) => `…${id.slice(-6)}`;
const time = (moment: number) => moment.toFixed(1).padStart(9);

function line({ id, actor, node, life, act, bearer, start, end, outcome }: Operation): string {
  const by = bearer ? ` by ${short(bearer.session)} (since ${bearer.received.toFixed(0)})` : '';
  return `#${id} ${time(start)} –${time(end)}  ${actor} → node ${node}.${life}: ${told(act)}${by} → ${came(outcome)}`;
}

function told(act: Act): string {
  switch (act.kind) {
    case 'refresh':
      return `refresh ${short(act.with.session)} at ${act.with.counter}`;
    case 'ask':
      return `ask ${typeof act.demand === 'number' ? `within ${act.demand} ms` : act.demand}`;
    case 'logout':
    case 'revokeSession':
    case 'revokeMySession':
      return `${act.kind} ${short(act.session)}`;
    case 'revokeAll':
      return act.kind;
    case 'rotateKey':
      return act.revokeIssued ? 'rotateKey, revoke issued' : act.kind;
    case 'logoutEverywhere':
      return `${act.kind} ${short(act.user)}${act.keepCurrent ? ', keep this' : ''}`;
    case 'revokeUser':
      return `${act.kind} ${short(act.user)} ${act.device ?? ''}`;
    default:
      return `${act.kind} ${short(act.user)}`;
  }
}

function came(outcome: Outcome): string {
  if (outcome.kind === 'cut') return outcome.why;
  if (outcome.kind === 'malformed') return `HTTP ${outcome.status} ${outcome.text}`;
  const { status, refusals, given } = outcome;
  const refused = refusals.map(({ code, reason }) => `${code}/${reason}`).join(', ');
  const tokens = given
    ? `tokens of ${short(given.session)} at ${given.refresh?.counter ?? '–'}`
    : '';
  return [status, refused || tokens || 'ok'].join(' ');
}

const faultLine = ({ kind, node, from, to }: Fault): string =>
  `!! ${time(from)} –${time(to)}  ${kind}${node === undefined ? '' : ` ${node}`}`;

/** What was done and what came of it, by kind. */
export function summary({ operations, faults }: History): string {
  const kinds = new Map<string, Map<string, number>>();
  for (const { act, outcome } of operations) {
    const kind = act.kind === 'ask' ? `ask ${String(act.demand)}` : act.kind;
    const counts = kinds.get(kind) ?? new Map<string, number>();
    const result = came(outcome).replace(/tokens of .*/, 'tokens');
    counts.set(result, (counts.get(result) ?? 0) + 1);
    kinds.set(kind, counts);
  }
  const lines = [...kinds].map(([kind, counts]) => {
    const all = [...counts].sort((one, other) => other[1] - one[1]);
    return `  ${kind}: ${all.map(([result, count]) => `${count} × ${result}`).join(', ')}`;
  });
  const troubles = new Map<string, number>();
  for (const { kind } of faults) troubles.set(kind, (troubles.get(kind) ?? 0) + 1);
  const faultsLine = [...troubles].map(([kind, count]) => `${count} × ${kind}`).join(', ');
  return [...lines.sort(), `  faults: ${faultsLine || 'none'}`].join('\n');
}
