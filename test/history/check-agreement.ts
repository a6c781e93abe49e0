import type { Endings } from './endings.js';
import type { History, Operation, Rules, Violation } from './history.js';
import { passed, refusal, undecided } from './outcome.js';

/**
 * Once every trouble is over, the probes are asked: who has ended is refused by all nodes, who lives
 * passes on all of them, and of those whose end nobody can tell all nodes say the same.
 */
export function checkAgreement(history: History, endings: Endings, rules: Rules): Violation[] {
  const { healedAt } = history;
  if (healedAt === undefined) return [];
  const since = healedAt + rules.agreeWithin;
  const probes = history.operations
    .filter(({ role, start }) => role === 'probe' && start >= since)
    // Its token ended by itself: that says nothing of the session.
    .filter((probe) => refusal(probe)?.reason !== 'TOKEN_EXPIRED');
  const critical = new Map<string, Operation[]>();
  const violations: Violation[] = [];
  for (const probe of probes) {
    const { act, bearer } = probe;
    const credential = act.kind === 'refresh' ? act.with : bearer;
    if (!credential) continue;
    if (act.kind === 'ask' && act.demand === 'critical') {
      critical.set(credential.session, [...(critical.get(credential.session) ?? []), probe]);
    }
    const ending = endings.endedBy(credential);
    const maybe = endings.mayHaveEnded(credential, probe.end);
    const wrong = ending ? refusesEnded(probe, rules) : maybe ? undefined : passesLive(probe);
    if (wrong === undefined) continue;
    const operations = ending ? [ending.operation, probe] : [probe];
    violations.push({ invariant: 'nodes-disagree', says: wrong, operations });
  }
  return [...violations, ...[...critical.values()].flatMap(differing)];
}

function refusesEnded(probe: Operation, { feedWithin, plainWithin }: Rules): string | undefined {
  const { act, node } = probe;
  // Without a feed, a field that is not critical may go on for a while: that is another invariant's.
  const hears = feedWithin !== undefined || plainWithin === 0;
  if (act.kind === 'ask' && act.demand !== 'critical' && !hears) return undefined;
  return refusal(probe) ? undefined : `node ${node} does not refuse a session that has ended`;
}

function passesLive(probe: Operation): string | undefined {
  return passed(probe) ? undefined : `node ${probe.node} does not let pass a session that lives`;
}

function differing(probes: readonly Operation[]): Violation[] {
  const verdicts = new Set(probes.map((probe) => (undecided(probe) ? 'none' : passed(probe))));
  if (verdicts.size <= 1) return [];
  const says = 'the nodes say different things of one session';
  return [{ invariant: 'nodes-differ', says, operations: probes }];
}
