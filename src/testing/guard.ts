import { randomUUID } from 'node:crypto';
import type { Guard } from '../directives/index.js';
import { PortcullisError } from '../errors/index.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken } from '../tokens/index.js';
import { TestClock } from './clock.js';

export interface TestGuardOptions<C extends Clock = TestClock> {
  /** Default: a `TestClock`. */
  readonly clock?: C | undefined;
}

/** Who asks. What is left out is made up. Times in seconds since the epoch. */
export interface TestCaller extends Partial<Omit<AccessToken, 'scopes'>> {
  /** Default: none. */
  readonly scopes?: Iterable<string> | undefined;
}

/** A context such as that of an authenticated request. */
export interface TestContext {
  readonly portcullis: {
    readonly token: AccessToken;
    readonly refusal: undefined;
    readonly unavailable: undefined;
    readonly checked: false;
  };
}

/** A guard without any store, which knows what the test tells it. */
export interface TestGuard<C extends Clock = TestClock> extends Guard<AccessToken> {
  readonly clock: C;
  /** How often the store was asked. */
  readonly checks: number;
  /** The context of a caller who signed in just now, under `portcullis`. Without one: nobody. */
  as(caller?: TestCaller): TestContext;
  /**
   * Ends a session.
   * @param options.heard whether this node knows of it already: until it does, plain `@auth` lets the
   * session pass, and only what asks the store finds out. Default true.
   */
  revoke(sessionId: string, options?: { readonly heard?: boolean }): void;
  /** From now on the store does not answer. */
  storeDown(): void;
  storeUp(): void;
}

/** For tests of protected schemas. The context of an operation is `{ portcullis: { token } }`, or anything. */
export function createTestGuard<C extends Clock = TestClock>(
  options: TestGuardOptions<C> = {},
): TestGuard<C> {
  const clock = options.clock ?? (new TestClock() as Clock as C);
  const heard = new Set<string>();
  const ended = new Set<string>();
  /** When the store last said that a session is good, in milliseconds. */
  const good = new Map<string, number>();
  let checks = 0;
  let isDown = false;
  const check = async ({ sessionId }: AccessToken): Promise<true> => {
    checks += 1;
    const asked = clock.now();
    await Promise.resolve();
    if (isDown) throw new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE');
    if (ended.has(sessionId)) {
      heard.add(sessionId);
      throw new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
    }
    good.set(sessionId, asked);
    return true;
  };
  return {
    clock,
    get checks() {
      return checks;
    },
    as: (caller = {}) => ({
      portcullis: {
        token: tokenOf(caller, clock),
        ...{ refusal: undefined, unavailable: undefined, checked: false },
      },
    }),
    revoke: (sessionId, { heard: isHeard = true } = {}) => {
      ended.add(sessionId);
      if (isHeard) heard.add(sessionId);
    },
    storeDown: () => {
      isDown = true;
    },
    storeUp: () => {
      isDown = false;
    },
    token: (context) => (context as Partial<TestContext> | null | undefined)?.portcullis?.token,
    revoked: ({ sessionId }) => (heard.has(sessionId) ? 'SESSION_REVOKED' : undefined),
    knowledge: ({ sessionId }) => {
      const checked = good.get(sessionId);
      return checked === undefined ? {} : { check: clock.now() - checked };
    },
    check,
    now: () => clock.now(),
  };
}

function tokenOf({ scopes = [], ...caller }: TestCaller, clock: Clock): AccessToken {
  const now = Math.floor(clock.now() / 1_000);
  const { issuedAt = now } = caller;
  return {
    userId: randomUUID(),
    sessionId: randomUUID(),
    deviceId: randomUUID(),
    tokenId: randomUUID(),
    ...{ tokenEpoch: 0, globalEpoch: 0 },
    ...{ issuedAt, expiresAt: issuedAt + 300, authenticatedAt: issuedAt },
    ...caller,
    scopes: new Set(scopes),
  };
}
