import { checkHistory } from './check.js';
import type { Act, Bearer, Fault, Given, Operation, Outcome, Refusal, Rules } from './history.js';

/** Of the hand-made histories; milliseconds. */
const RULES: Rules = {
  accessTtl: 5_000,
  clockTolerance: 1_000,
  refreshGrace: 10_000,
  plainWithin: undefined,
  feedWithin: 2_000,
  feedRecovers: 5_000,
  agreeWithin: 5_000,
};

type More = Partial<Pick<Operation, 'node' | 'life' | 'role' | 'actor'>> & {
  readonly by?: Bearer;
  /** How long it took. Default 10. */
  readonly took?: number;
};

let ids = 0;

/** One operation that began then. */
export function op(start: number, act: Act, outcome: Outcome, more: More = {}): Operation {
  const { by, took = 10, node = 0, life = 1, role = 'client', actor = role } = more;
  const bearer = by ? { bearer: by } : {};
  return {
    id: (ids += 1),
    actor,
    role,
    node,
    life,
    act,
    ...bearer,
    start,
    end: start + took,
    outcome,
  };
}

/** The access token of a session, received then. */
export function bearer(received: number, session = 'S', expiresIn = 5_000): Bearer {
  return { session, user: 'U', asked: received - 10, received, expiresIn };
}

function answered(more: Partial<Extract<Outcome, { kind: 'answered' }>>): Outcome {
  const nothing = { status: 200, refusals: [], hasData: true, challenge: false };
  return { kind: 'answered', ...nothing, ...more };
}

export const ok = answered({});

/** Tokens of a session at this place of its lineage. */
export function tokens(counter: number, session = 'S', text = `${session} ${counter}`): Outcome {
  const refresh = { counter, text };
  const given: Given = {
    ...{ session, user: 'U', device: `device of ${session}`, scopes: [] },
    ...{ access: 'jwt', expiresIn: 5_000, refresh },
  };
  return answered({ given });
}

/** A refusal, in the form that the contract has for it. */
export function refused(code: string, reason: string, status = 200): Outcome {
  const retryable = code === 'STORE_UNAVAILABLE';
  const refusal: Refusal = { code, reason, retryable, retryAfter: code === 'RATE_LIMITED' };
  const early = status !== 200;
  return answered({ status, refusals: [refusal], hasData: !early, challenge: early });
}

export const revoked = refused('UNAUTHENTICATED', 'SESSION_REVOKED', 401);
export const unavailable = refused('STORE_UNAVAILABLE', 'STORE_UNAVAILABLE');
export const lost: Outcome = { kind: 'cut', why: 'abandoned' };

export const login = (at: number, session = 'S', role: 'client' | 'admin' = 'client') =>
  op(at, { kind: 'login', user: 'U' }, tokens(0, session), { role });

/** Trades in the token of session S at that place; `received` then, by default at the beginning. */
export const refresh = (
  at: number,
  counter: number,
  outcome: Outcome,
  { received = 0, ...more }: More & { readonly received?: number } = {},
) => {
  const token = { session: 'S', user: 'U', counter, text: `S ${counter}`, received };
  return op(at, { kind: 'refresh', with: token }, outcome, more);
};

/** An admin ends session S. */
export const revoke = (at: number, outcome: Outcome = ok, more: More = {}) =>
  op(at, { kind: 'revokeSession', session: 'S' }, outcome, {
    role: 'admin',
    by: bearer(0, 'admin'),
    ...more,
  });

/** Somebody asks with the token of session S that was received at the very beginning. */
export const ask = (
  at: number,
  demand: 'plain' | 'critical' | number,
  outcome: Outcome,
  more: More = {},
) => op(at, { kind: 'ask', demand }, outcome, { role: 'ghost', by: bearer(10), ...more });

/** The invariants that a history violates. */
export function violated(
  operations: readonly Operation[],
  more: { faults?: readonly Fault[]; healedAt?: number; rules?: Partial<Rules> } = {},
): string[] {
  const { faults = [], healedAt, rules } = more;
  const history = {
    ...{ operations, faults, complaints: [] },
    ...(healedAt === undefined ? {} : { healedAt }),
  };
  const found = checkHistory(history, { ...RULES, ...rules });
  return [...new Set(found.map(({ invariant }) => invariant))].sort();
}
