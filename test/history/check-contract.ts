import type { History, Operation, Refusal, Rules, Violation } from './history.js';

/** Every code with its reasons, as the README's table of errors has them. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  UNAUTHENTICATED: [
    'NO_TOKEN',
    'TOKEN_INVALID',
    'TOKEN_EXPIRED',
    'SESSION_REVOKED',
    'SESSION_EXPIRED',
    'ACCOUNT_DISABLED',
  ],
  FORBIDDEN: ['SCOPE_MISSING', 'REAUTHENTICATION_REQUIRED'],
  AUTH_CHECK_UNAVAILABLE: ['STORE_UNAVAILABLE'],
  STORE_UNAVAILABLE: ['STORE_UNAVAILABLE'],
  INVALID_CREDENTIALS: ['INVALID_CREDENTIALS'],
  ACCOUNT_DISABLED: ['ACCOUNT_DISABLED'],
  REFRESH_REJECTED: [
    'REFRESH_INVALID',
    'REFRESH_REUSED',
    'SESSION_REVOKED',
    'SESSION_EXPIRED',
    'ACCOUNT_DISABLED',
  ],
  RATE_LIMITED: ['TOO_MANY_ATTEMPTS'],
};

/** The one code that each status of a refused operation comes with. */
const CODE_OF: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'RATE_LIMITED',
  503: 'STORE_UNAVAILABLE',
};

/** Only what the contract promises is ever seen, and what an outage may not touch goes on. */
export function checkContract(history: History, rules: Rules): Violation[] {
  return [
    ...history.operations.flatMap((operation) =>
      [...wrongForm(operation), ...wrongOutage(operation, history, rules)].map((says) => ({
        invariant: 'contract',
        says,
        operations: [operation],
      })),
    ),
    ...history.complaints.map(({ node, at, what }) => ({
      invariant: 'node-complains',
      says: `node ${node} at ${Math.round(at)} ms: ${what}`,
      operations: [],
    })),
  ];
}

function wrongForm({ outcome }: Operation): string[] {
  if (outcome.kind === 'cut') return [];
  if (outcome.kind === 'malformed') return [`not JSON, HTTP ${outcome.status}: ${outcome.text}`];
  const { status, refusals, hasData, challenge } = outcome;
  const wrong = refusals.filter((refusal) => !isInContract(refusal)).map(told);
  if (status === 200) {
    return hasData ? wrong : [...wrong, 'HTTP 200 without data'];
  }
  const code = CODE_OF[status];
  if (code === undefined) return [...wrong, `HTTP ${status}`];
  if (hasData) wrong.push(`HTTP ${status} with data`);
  if (refusals.length !== 1 || refusals[0]?.code !== code) {
    wrong.push(`HTTP ${status} with ${refusals.map(told).join(', ') || 'no error'}`);
  }
  if ((status === 401 || status === 403) && !challenge) {
    wrong.push(`HTTP ${status} without WWW-Authenticate`);
  }
  return wrong;
}

function isInContract({ code, reason, retryable, retryAfter }: Refusal): boolean {
  if (REASONS[code]?.includes(reason) !== true) return false;
  return retryable === (code === 'STORE_UNAVAILABLE') && retryAfter === (code === 'RATE_LIMITED');
}

const told = ({ code, reason, path, retryable }: Refusal): string =>
  `${code}/${reason}${retryable ? ' (retryable)' : ''}${path === undefined ? '' : ` at ${path}`}`;

/** An outage where there can be none. */
function wrongOutage(operation: Operation, history: History, rules: Rules): string[] {
  const { act, outcome, node, start, end } = operation;
  const touched = (kinds: readonly string[]) =>
    history.faults.some(
      (fault) =>
        fault.node === node && kinds.includes(fault.kind) && fault.from <= end && fault.to >= start,
    );
  if (outcome.kind === 'cut') {
    const { why } = outcome;
    if (why === 'time-out' && !touched(['freeze node', 'kill node', 'stop node'])) {
      return [`no answer within ${Math.round(end - start)} ms from a node that runs`];
    }
    if (why === 'network' && !touched(['kill node', 'stop node'])) {
      return ['a connection broke that nobody touched'];
    }
    return [];
  }
  if (outcome.kind === 'malformed') return [];
  if (outcome.status === 503 && !touched(['kill node', 'stop node'])) {
    return ['HTTP 503 from a node that neither starts nor stops'];
  }
  const codes = outcome.status === 200 ? outcome.refusals.map(({ code }) => code) : [];
  const plain = act.kind === 'ask' && act.demand === 'plain' && rules.plainWithin === undefined;
  if (plain && codes.some((code) => code.endsWith('_UNAVAILABLE'))) {
    return ['a plain @auth field did not go on during an outage'];
  }
  const bounded = act.kind !== 'login' && act.kind !== 'refresh' && act.kind !== 'logout';
  if (!bounded && codes.includes('AUTH_CHECK_UNAVAILABLE')) {
    return ['a check where nothing is critical'];
  }
  return [];
}
