import type { Denylist } from '../revocation/index.js';
import { Waker } from '../revocation/index.js';
import type { Clock } from '../support/clock.js';
import { ageOf, momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import type { TimeSample } from '../support/synced-clock.js';
import { readFeedAnswer } from './feed-answer.js';
import type { FeedAnswer } from './feed-answer.js';
import type { Ask } from './http.js';

export interface RemoteFeedOptions {
  readonly url: string;
  readonly serviceToken: string;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly denylist: Denylist;
  /** Seconds for which the server may hold a look. */
  readonly wait: number;
  /** Milliseconds for an answer to begin, beyond that. */
  readonly timeout: number;
  /** Told what a look learnt of the server's time. */
  readonly onTime: (sample: TimeSample) => void;
  /** Told that a node has other signing keys than it had. */
  readonly onKeys: () => void;
  /** Told once whenever the feed breaks, and why, and once when it runs again. */
  readonly onState: (state: 'following' | 'lost', why: string) => void;
}

/** Bytes of an answer: more than a million revoked sessions. */
const LIMIT = 64 * 1024 * 1024;
const BODY_TIMEOUT = 15_000;
/** Milliseconds between two looks: after news, after an answer that came before its time, and without any waiting. */
const GAP = { least: 5, early: 100, unheld: 1_000 };
const RETRY = { least: 50, most: 1_000 };
/** Nodes behind one address of which it is known what they have told. */
const MOST_NODES = 32;

/**
 * The denylist of a service that has no database: it looks at `/revocations` again and again. Behind a
 * load balancer each node tells what it has learnt since it was last asked, and the union counts.
 */
export class RemoteFeed {
  readonly #options: RemoteFeedOptions;
  readonly #waker = new Waker();
  readonly #abort = new AbortController();
  /** The last tag of each node, and the version of the keys that it had; the latest last. */
  readonly #nodes = new Map<string, { readonly tag: string; readonly keys: string | undefined }>();
  #mark: Moment | undefined;
  #running: Promise<void> | undefined;

  constructor(options: RemoteFeedOptions) {
    this.#options = options;
  }

  /** Settles when everything was told for the first time, or the feed is stopped. */
  start(): Promise<void> {
    return new Promise((loaded) => {
      this.#running = this.#run(loaded).finally(loaded);
    });
  }

  /** Milliseconds since the moment up to which every revocation committed anywhere is known here. */
  age(): number | undefined {
    return this.#mark && ageOf(this.#mark, this.#options.clock);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#waker.wake();
    await this.#running;
  }

  #isStopped(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(onLoaded: () => void): Promise<void> {
    const { onState } = this.#options;
    let following = false;
    let failures = 0;
    while (!this.#isStopped()) {
      try {
        const pause = await this.#look();
        if (!following) onState('following', '');
        following = true;
        failures = 0;
        onLoaded();
        await this.#waker.sleep(pause);
      } catch (error) {
        if (this.#isStopped()) return;
        // Whatever it was, the mark tells how old the knowledge is by now.
        if (following || failures === 0) onState('lost', (error as Error).message);
        following = false;
        failures += 1;
        await this.#waker.sleep(Math.min(RETRY.least * 2 ** (failures - 1), RETRY.most));
      }
    }
  }

  /** Answers the milliseconds until the next one. */
  async #look(): Promise<number> {
    const { url, serviceToken, ask, clock, wait, timeout } = this.#options;
    const address = new URL(url);
    address.searchParams.set('wait', String(wait));
    const known = new Map([...this.#nodes].map(([node, { tag }]) => [node, tag]));
    const sentAt = momentOf(clock);
    const answer = await ask(address.href, {
      headers: {
        authorization: `Bearer ${serviceToken}`,
        'cache-control': 'no-store',
        ...(known.size === 0 ? {} : { 'if-none-match': [...known.values()].join(', ') }),
      },
      limit: LIMIT,
      timeout: wait * 1_000 + timeout,
      bodyTimeout: BODY_TIMEOUT,
      signal: this.#abort.signal,
    });
    const told = readFeedAnswer(answer, known);
    this.#apply(told, sentAt);
    if (answer.status === 200) return GAP.least;
    if (wait === 0) return GAP.unheld;
    return told.held < wait * 500 ? GAP.early : GAP.least;
  }

  #apply(told: FeedAnswer, sentAt: Moment): void {
    const { clock, denylist, onTime, onKeys } = this.#options;
    const { node, tag, keys, held, markAge, revocations } = told;
    // Never fewer than before: what another node knew this one may not have heard of yet.
    denylist.beginLook();
    denylist.addAll(
      revocations.map(({ revocation, remaining }) => ({
        revocation,
        age: denylist.lifetime - remaining,
      })),
    );
    // The request arrived after it was sent, so the node's mark is no earlier than this.
    if (markAge !== undefined) this.#advance(held - markAge, sentAt);
    onTime({
      databaseTime: told.time,
      sentAt: sentAt.monotonic + held,
      receivedAt: clock.monotonic(),
    });
    const before = this.#nodes.get(node);
    this.#nodes.delete(node);
    this.#nodes.set(node, { tag, keys });
    for (const [oldest] of this.#nodes) {
      if (this.#nodes.size <= MOST_NODES) break;
      this.#nodes.delete(oldest);
    }
    if (before?.keys !== keys) onKeys();
  }

  #advance(by: number, { monotonic, wall }: Moment): void {
    const mark = { monotonic: monotonic + by, wall: wall + by };
    if (this.#mark && mark.monotonic <= this.#mark.monotonic) return;
    this.#mark = mark;
  }
}
