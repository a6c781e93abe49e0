import { OperationTypeNode } from 'graphql';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { createJudgeAhead, judge, rootFields } from '../directives/index.js';
import type { Guard, Operation, RootField, VerifiedToken } from '../directives/index.js';
import { PortcullisError } from '../errors/index.js';
import type { Limits } from '../limits/index.js';
import type { Policy, Requirement } from '../policy/index.js';
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
  const judgeAhead = createJudgeAhead(guard);

  /** Of queries without variables, which ask for the same each time. Documents are kept by servers. */
  const settled = new WeakMap<OperationDefinitionNode, Settled>();

  const judgeQuery = (operation: Operation<C>, { roots, demands }: Settled) => {
    const token = tokenOf(guard, operation.context);
    const badToken = refusedToken(guard, operation.context, token);
    if (badToken) return badToken;
    if (token && token !== 'unknown') judgeAhead(operation, token, demands);
    return inTurn(steps, operation, roots);
  };

  /** Of a mutation or a subscription. */
  const judgeOther = (operation: Operation<C>, roots: readonly RootField[]) => {
    const onlyTrades = tradesCredentials(operation, roots, isTrade);
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

  return (operation) => {
    const { node, schema } = operation;
    const known = settled.get(node);
    if (known?.schema === schema) return judgeQuery(operation, known);
    const roots = rootFields(operation);
    if (!roots) return undefined;
    const tooMuch = limits?.refusedOperation(operation, roots.length);
    if (tooMuch) return tooMuch;
    if (node.operation !== OperationTypeNode.QUERY) return judgeOther(operation, roots);
    const demands = demandsOf(policyOf(schema), schema.getQueryType()?.name ?? '', roots);
    const query = { schema, roots, demands };
    if ((node.variableDefinitions ?? []).length === 0) settled.set(node, query);
    return judgeQuery(operation, query);
  };
}

/** What is the same of a query whoever asks it, once it was found to be within the limits. */
interface Settled {
  readonly schema: GraphQLSchema;
  readonly roots: readonly RootField[];
  /** Of its root fields, each once. */
  readonly demands: readonly Requirement[];
}

function demandsOf(policy: Policy, type: string, roots: readonly RootField[]): Requirement[] {
  const demands = roots.map(({ name }) => policy.field(type, name));
  return [...new Set(demands)].filter(({ signedIn }) => signedIn);
}

/** Waits for those steps alone that have something to wait for. @param at from which one on */
function inTurn<C>(
  steps: readonly Step<C>[],
  operation: Operation<C>,
  roots: readonly RootField[],
  at = 0,
): Verdict | Promise<Verdict> {
  for (let next = at; next < steps.length; next += 1) {
    const reason = steps[next]?.(operation, roots);
    if (isPromise(reason)) {
      return reason.then((known) => known ?? inTurn(steps, operation, roots, next + 1));
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
export function refusedToken(
  guard: Guard,
  context: unknown,
  token = tokenOf(guard, context),
): PortcullisError | undefined {
  const refusal = guard.refusal?.(context);
  if (refusal) return refusal;
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
    const why = judge(policy.field(type, name), token, guard);
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
