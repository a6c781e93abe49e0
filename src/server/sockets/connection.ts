import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { refusedOutcome } from '../../graphql/index.js';
import type { NewContext, OperationRequest, Outcome, RequestFacts } from '../../graphql/index.js';
import { setAlarm } from '../../support/alarm.js';
import { within } from '../../support/within.js';
import type { AccessToken } from '../../tokens/index.js';
import type { Node } from '../node.js';
import { readAuthorization } from './authorization.js';
import type { SocketLimits } from './limits.js';
import { TOO_MANY_SOCKETS, tooMany } from './places.js';
import type { Places } from './places.js';

/** Clients come back with fresh parameters after 4403, and at once after 1001; 4401 they take for final. */
const CLOSE = {
  over: [4403, 'Forbidden'],
  expired: [4403, 'Forbidden'],
  stopping: [1001, 'Going away'],
} as const;
const TRY_AGAIN_LATER = 1013;

/** A token that the end of its session cuts short ends up to so many milliseconds before it. */
const CUT_SHORT = 1_000;
/** Milliseconds between looks whether the end of the session is told. */
const SOON = 100;

/** What a socket knows of the one at its other end. */
export type SocketFacts = Omit<RequestFacts, 'requestId'>;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly node: Node;
  readonly facts: SocketFacts;
  readonly limits: SocketLimits;
  readonly places: Places;
  /** Told when it is somebody's. */
  readonly onSignedIn: () => void;
}

/** What is under way. */
type Work = Set<Promise<unknown>>;

/** One socket: whose it is, what it does, and when it has to close. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #node: Node;
  readonly #limits: SocketLimits;
  readonly #places: Places;
  readonly #onSignedIn: () => void;
  readonly #answers: Work = new Set();
  readonly #streams: Work = new Set();
  #facts: SocketFacts;
  #userId: string | undefined;
  #stopWatching: (() => void) | undefined;
  #cancelAlarm: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor({ socket, node, facts, limits, places, onSignedIn }: ConnectionOptions) {
    this.#socket = socket;
    this.#node = node;
    this.#facts = facts;
    this.#limits = limits;
    this.#places = places;
    this.#onSignedIn = onSignedIn;
    socket.on('close', () => {
      this.#stopWatching?.();
      this.#cancelAlarm?.();
    });
  }

  /** Whether the one who presents this may stay. Without a token anybody may. */
  async admit(params: Readonly<Record<string, unknown>> | undefined): Promise<boolean> {
    const authorization = readAuthorization(params, this.#facts.authorization);
    this.#facts = { ...this.#facts, authorization };
    try {
      const { token, refusal, unavailable } = await this.#context({ requestId: randomUUID() });
      if (!unavailable) return !refusal && (!token || this.#hold(token));
    } catch {
      // As when the store cannot say whose token it is.
    }
    this.#socket.close(TRY_AGAIN_LATER, 'Try again later');
    return false;
  }

  async operate(request: OperationRequest): Promise<Outcome> {
    if (this.#answers.size + this.#streams.size >= this.#limits.operations) {
      return refusedOutcome(tooMany('operations on this socket'));
    }
    const requestId = randomUUID();
    const newContext: NewContext = (facts) => this.#context({ requestId, ...facts });
    let release: (() => void) | undefined;
    const mayStream = () => {
      release =
        this.#userId === undefined ? undefined : this.#places.subscriptions.take(this.#userId);
      return this.#userId === undefined || release
        ? undefined
        : tooMany('subscriptions of this user');
    };
    const running = this.#node.operations.run(request, newContext, requestId, mayStream);
    track(this.#answers, running);
    const outcome = await running;
    if (outcome.kind === 'stream') track(this.#streams, outcome.events.over.finally(release));
    else release?.();
    return outcome;
  }

  /** The server stops. What is under way is answered; streams go on elsewhere. */
  leave(): Promise<void> {
    return this.#close('stopping', [this.#answers]);
  }

  #context(facts: Pick<RequestFacts, 'requestId' | 'unasked'>) {
    return this.#node.context({ ...this.#facts, ...facts });
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** From here on the socket closes when the session ends, and when the token expires, to the second. */
  #hold(token: AccessToken): boolean {
    const { denylist, sessionEnds, clock } = this.#node.deps;
    if (!this.#isOpen() || denylist.find(token) || expiryOf(token) <= clock.now()) return false;
    const leave = this.#places.sockets.take(token.userId);
    if (!leave) {
      this.#socket.close(...TOO_MANY_SOCKETS);
      return false;
    }
    this.#socket.on('close', leave);
    this.#userId = token.userId;
    this.#onSignedIn();
    const watch = sessionEnds.watch(token, {
      // The stream that tells of it completes first; so does a log-out that came by this very socket.
      onTokenOver: () => void this.#close('over', [this.#answers, this.#streams]),
    });
    this.#stopWatching = () => watch.stop();
    this.#wakeAt(expiryOf(token), token);
    return true;
  }

  #wakeAt(moment: number, token: AccessToken): void {
    const { clock } = this.#node.deps;
    this.#cancelAlarm = setAlarm(clock, moment, () => void this.#expire(token));
  }

  async #expire(token: AccessToken): Promise<void> {
    const { clock, sessionEnds } = this.#node.deps;
    // One that is looked up may have been extended by its use.
    const look = { requestId: randomUUID(), unasked: true };
    const current = await this.#context(look).catch(() => undefined);
    const expiry = expiryOf(current?.token ?? token);
    const end = sessionEnds.endsAt(token.sessionId) ?? 0;
    const now = clock.now();
    if (!this.#isOpen()) return;
    if (expiry > now) {
      this.#wakeAt(expiry, token);
    } else if (Math.abs(end - expiry) <= CUT_SHORT && now < end + this.#limits.patience.over) {
      // The session ends at the same time. That is worth telling, unless a refresh has put it off.
      this.#wakeAt(Math.max(end, now + SOON), token);
    } else await this.#close('expired', [this.#answers]);
  }

  #close(why: keyof typeof CLOSE, after: Work[]): Promise<void> {
    this.#closing ??= this.#closeAfter(after, why);
    return this.#closing;
  }

  async #closeAfter(after: Work[], why: keyof typeof CLOSE): Promise<void> {
    await atMost(this.#limits.patience[why], settled(after));
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    const [code, reason] = CLOSE[why];
    this.#socket.close(code, reason);
    await closed;
  }
}

/** What has been answered is on its way by the next turn of the event loop; it may have begun a stream. */
async function settled(works: Work[]): Promise<void> {
  do {
    await Promise.allSettled(works.flatMap((work) => [...work]));
    await setImmediate();
  } while (works.some(({ size }) => size > 0));
}

async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await within(milliseconds, work, () => new Error('too late')).catch(() => undefined);
}

function expiryOf({ expiresAt }: AccessToken): number {
  return expiresAt * 1_000;
}

function track(work: Work, promise: Promise<unknown>): void {
  work.add(promise);
  void promise.finally(() => work.delete(promise));
}
