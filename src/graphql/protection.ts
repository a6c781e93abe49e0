import { OperationTypeNode } from 'graphql';
import { createProtection, tradesCredentials } from '../adapters/index.js';
import type { Extras, Protection, ProtectionOptions, Step } from '../adapters/index.js';
import type { RootField } from '../directives/index.js';
import { PortcullisError, badInput, findPortcullisError } from '../errors/index.js';
import { isRenewalDue, renew } from '../services/index.js';
import type { AccessToken } from '../tokens/index.js';
import type { GraphQLContext } from './context.js';
import { refusedCookies } from './cookie-use.js';
import { createGuard, itself } from './guard.js';
import type { GuardOptions, GuardParts } from './guard.js';
import { knownToBeLimited } from './known-to-be-limited.js';

/** Where those who do not read extensions find the renewed token. */
export const RENEWED_TOKEN_HEADER = 'x-portcullis-access-token';

/** These trade one credential for another, so a stale token beside them is no reason to refuse. */
const TRADES: ReadonlySet<string> = new Set(['login', 'refresh', 'logout', 'register']);

/** These hash a password. */
const HASHES: ReadonlySet<string> = new Set([
  'login',
  'register',
  'reauthenticate',
  'changePassword',
]);

/** These take a secret, right or wrong. */
const ATTEMPTS: ReadonlySet<string> = new Set([...HASHES, 'refresh']);

export type OwnRules = Pick<
  ProtectionOptions,
  'names' | 'federation' | 'authMaxStale' | 'conditions' | 'limits' | 'ready' | 'isNeverKept'
>;

export interface OwnProtectionOptions extends GuardOptions, OwnRules {
  /** What we call a mutation of the schema; undefined where it is none of ours. Default: as it is called. */
  readonly ourMutation?: (name: string) => string | undefined;
}

/** The rules of a schema over our own sessions, and what else is judged before an operation runs. */
export function createOwnProtection(
  parts: GuardParts,
  {
    of = itself,
    markAge,
    passed,
    conditionFailed,
    tolerance,
    ourMutation = (name) => name,
    ...rules
  }: OwnProtectionOptions,
): Protection {
  const asOurs = (roots: readonly RootField[]) =>
    roots.map((root) => ({ ...root, name: ourMutation(root.name) ?? '' }));
  const within =
    (step: Step<GraphQLContext>): Step<unknown> =>
    (operation, roots) => {
      const context = of(operation.context);
      return context && step({ ...operation, context }, asOurs(roots));
    };
  const ofMutations: Step<unknown>[] = [
    oneAttempt(),
    overload,
    knownToBeLimited,
    refusedCookies,
  ].map(within);
  const renewed: Step<unknown> = (operation, roots) => {
    const { token, deps } = of(operation.context) ?? {};
    // Asked before anything is made for the asking: it is due once in a window.
    const isDue = token && deps && isRenewalDue(deps, token);
    return isDue ? within(renewal)(operation, roots) : undefined;
  };
  return createProtection<AccessToken>({
    ...rules,
    guard: createGuard(parts, { of, markAge, passed, conditionFailed, tolerance }),
    isTrade: (name) => TRADES.has(ourMutation(name) ?? ''),
    steps: [...ofMutations.map(onlyMutations), renewed],
    extras: (context) => extrasOf(of(context)),
  });
}

function onlyMutations(step: Step<unknown>): Step<unknown> {
  return (operation, roots) =>
    operation.node.operation === OperationTypeNode.MUTATION ? step(operation, roots) : undefined;
}

/** Whoever may guess a thousand times in one request is slowed down by nothing that counts requests. */
function oneAttempt(): Step<GraphQLContext> {
  const attempted = new WeakSet();
  return ({ batch }, roots) => {
    const attempts = roots.filter(({ name }) => ATTEMPTS.has(name)).length;
    if (attempts === 0) return undefined;
    const isFirst = !batch || !attempted.has(batch);
    if (batch) attempted.add(batch);
    return attempts === 1 && isFirst ? undefined : badInput('query.attempts', ONE_ATTEMPT);
  };
}

const ONE_ATTEMPT = 'One request may sign in, register, refresh or enter a password only once.';

const overload: Step<GraphQLContext> = ({ context }, roots) =>
  (context.deps.hasher.full || context.deps.attempts.full) &&
  roots.some(({ name }) => HASHES.has(name))
    ? new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter: 1 })
    : undefined;

/**
 * A token from before its window is looked at and replaced along with the answer, or refuses the
 * operation. While the store is away, the rules of the fields decide what still passes.
 */
const renewal: Step<GraphQLContext> = async (operation, roots) => {
  const { token, deps, extras } = operation.context;
  if (!token || deps.denylist.find(token)) return undefined;
  if (tradesCredentials(operation, roots, (name) => TRADES.has(name))) return undefined;
  try {
    Object.assign(extras, await renew(deps, token));
    return undefined;
  } catch (error) {
    const known = findPortcullisError(error);
    if (!known) throw error;
    return known.code === 'AUTH_CHECK_UNAVAILABLE' ? undefined : known;
  }
};

function extrasOf(context: GraphQLContext | undefined): Extras | undefined {
  if (!context || Object.keys(context.extras).length === 0) return undefined;
  const { accessToken } = context.extras;
  // Private to its caller is not enough: nobody keeps an answer with a token in it.
  const headers =
    accessToken === undefined
      ? {}
      : { [RENEWED_TOKEN_HEADER]: accessToken, 'cache-control': 'no-store' };
  return { portcullis: context.extras, headers };
}
