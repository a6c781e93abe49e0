import { OperationTypeNode } from 'graphql';
import { judge, rootFields } from '../directives/index.js';
import type { Guard, Operation, RootField, VerifiedToken } from '../directives/index.js';
import { PortcullisError } from '../errors/index.js';
import type { Limits } from '../limits/index.js';
import type { Policy } from '../policy/index.js';
import { isPromise } from '../support/is-promise.js';

/** One more reason to refuse an operation before it runs. */
export type Step<C> = (
  operation: Operation<C>,
  roots: readonly RootField[],
) => Verdict | Promise<Verdict>;

export interface GateOptions<C> {
  readonly guard: Guard;
  readonly policyOf: (schema: Operation['schema']) => Policy;
  /** Mutations that trade one credential for another: a stale token beside them is no reason to refuse. */
  readonly isTrade?: ((mutation: string) => boolean) | undefined;
  /** What an operation may cost. Default: whatever it does. */
  readonly limits?: Limits | undefined;
  /** Asked in turn, once the token was judged. Those that only trade credentials skip none of them. */
  readonly steps?: readonly Step<C>[] | undefined;
}

/** @returns why nothing of the operation may run; at once where nobody has to be waited for. */
export type Gate<C> = (operation: Operation<C>) => Verdict | Promise<Verdict>;

type Verdict = PortcullisError | undefined;

/**
 * What can be refused before execution is: a bad or revoked token refuses the whole operation, and a
 * mutation of which one root field is refused runs none of them.
 */
export function createGate<C>(options: GateOptions<C>): Gate<C> {
  const { guard, policyOf, isTrade = () => false, limits, steps = [] } = options;

  return (operation) => {
    const roots = rootFields(operation);
    if (!roots) return undefined;
    const onlyTrades = tradesCredentials(operation, roots, isTrade);
    const tooMuch = limits?.refusedOperation(operation, roots.length);
    if (tooMuch) return tooMuch;
    const badToken = onlyTrades ? undefined : refusedToken(guard, operation.context);
    if (badToken) return badToken;
    const refused = refusedMutation(guard, policyOf(operation.schema), operation, roots);
    if (refused) {
      const { coordinate, why, signedIn } = refused;
      const told = signedIn ? guard.refused?.(operation.context, coordinate, why) : undefined;
      return told ? told.then(() => why) : why;
    }
    return inTurn(steps, operation, roots);
  };
}

/** Waits for those steps alone that have something to wait for. */
function inTurn<C>(
  steps: readonly Step<C>[],
  operation: Operation<C>,
  roots: readonly RootField[],
): Verdict | Promise<Verdict> {
  for (const [at, step] of steps.entries()) {
    const reason = step(operation, roots);
    if (isPromise(reason)) {
      const rest = steps.slice(at + 1);
      return reason.then((known) => known ?? inTurn(rest, operation, roots));
    }
    if (reason) return reason;
  }
  return undefined;
}

/** Whether the operation does nothing but trade credentials. */
export function tradesCredentials(
  { node }: Operation,
  roots: readonly RootField[],
  isTrade: (mutation: string) => boolean,
): boolean {
  if (node.operation !== OperationTypeNode.MUTATION) return false;
  const names = roots.map(({ name }) => name).filter((name) => name !== '__typename');
  return names.length > 0 && names.every(isTrade);
}

/** Why a presented token refuses the whole operation. */
export function refusedToken(guard: Guard, context: unknown): PortcullisError | undefined {
  const refusal = guard.refusal?.(context);
  if (refusal) return refusal;
  const token = tokenOf(guard, context);
  const reason = token === 'unknown' || !token ? undefined : guard.revoked(token);
  return reason && new PortcullisError('UNAUTHENTICATED', reason);
}

interface RefusedRoot {
  readonly coordinate: string;
  readonly why: PortcullisError;
  readonly signedIn: boolean;
}

function refusedMutation(
  guard: Guard,
  policy: Policy,
  { node, schema, context }: Operation,
  roots: readonly RootField[],
): RefusedRoot | undefined {
  const type = schema.getMutationType()?.name;
  if (node.operation !== OperationTypeNode.MUTATION || type === undefined) return undefined;
  const token = tokenOf(guard, context);
  // Whom nobody can tell apart at the moment, the fields refuse one by one.
  if (token === 'unknown') return undefined;
  for (const { name } of roots) {
    const why = judge(policy.field(type, name), token, guard.now());
    if (why) return { coordinate: `${type}.${name}`, why, signedIn: token !== undefined };
  }
  return undefined;
}

function tokenOf(guard: Guard, context: unknown): VerifiedToken | 'unknown' | undefined {
  try {
    return guard.token(context);
  } catch {
    return 'unknown';
  }
}
