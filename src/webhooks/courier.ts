import type { Database, Executor } from '../database/index.js';
import { Waker } from '../revocation/index.js';
import type { Delivery, OutboxStore } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { post } from './post.js';
import { receiverOf } from './receiver.js';
import { backOff, GIVE_UP_AFTER } from './schedule.js';
import { signedHeaders } from './signature.js';

export type Outcome = 'delivered' | 'failed' | 'dead';

export interface CourierOptions {
  readonly url: string;
  readonly keys: readonly Buffer[];
  readonly database: Database;
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly warn: (facts: object, message: string) => void;
}

/** Messages that are under way to one receiver at a time. */
const CONCURRENCY = 4;
/** Milliseconds that a receiver has for its answer. */
const TIMEOUT = 10_000;
/** Milliseconds after which what this node took, and has not settled, is another's. */
const LEASE = 60_000;
/** Milliseconds between two looks: what another node left behind is found by the longest of them. */
const LOOK = { least: 50, most: 15_000, troubled: 5_000 };
/** Milliseconds without a message after failures in a row: a receiver that is down is not beset. */
const REST = { first: 250, most: 30_000 };

/** Takes messages to one receiver. However slow it is, no other waits for it. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #receiver: string;
  readonly #waker = new Waker({ keepsAlive: false });
  readonly #abort = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#receiver = receiverOf(options.url);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something new. */
  wake(): void {
    this.#waker.wake();
  }

  /** What is under way is cut short, and left to the other nodes at once. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#waker.wake();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    const over = new Promise<void>((resolve) => {
      this.#abort.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const isOver = () => this.#abort.signal.aborted;
    while (!isOver()) {
      const longest = await this.#look().catch(() => LOOK.troubled);
      const rest = this.#failures === 0 ? 0 : REST.first * 2 ** Math.min(this.#failures, 10);
      const shortest = Math.max(LOOK.least, Math.min(rest, REST.most));
      const sleep = this.#waker.sleep(Math.max(longest, shortest), shortest);
      if (!isOver()) await Promise.race([sleep, over]);
    }
  }

  /** Takes what is due. Answers after how many milliseconds to look again. */
  async #look(): Promise<number> {
    const { store } = this.#options;
    // Of a receiver that failed, one message tells whether it is well again.
    const slots = this.#failures === 0 ? CONCURRENCY : 1;
    const limit = slots - this.#underWay.size;
    if (limit <= 0) return LOOK.most;
    const taken = await this.#read((db) =>
      store.claim(db, { receiver: this.#receiver, limit, lease: LEASE }),
    );
    for (const delivery of taken) this.#send(delivery);
    if (taken.length === limit) return LOOK.most;
    const due = await this.#read((db) => store.nextDue(db, this.#receiver));
    return Math.min(Math.max(due ?? LOOK.most, 0), LOOK.most);
  }

  #send(delivery: Delivery): void {
    const work = this.#deliver(delivery)
      // Its lease runs out, and it is sent again: at least once.
      .catch(() => undefined)
      .finally(() => {
        this.#underWay.delete(work);
        this.#waker.wake();
      });
    this.#underWay.add(work);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { url, keys, store, clock, onOutcome, warn } = this.#options;
    const { messageId: id, body, attempts } = delivery;
    const timestamp = Math.floor(clock.now() / 1_000);
    const headers = signedHeaders({ id, body, timestamp }, keys);
    const { signal } = this.#abort;
    const why = await post(url, { headers, body, timeout: TIMEOUT, signal });
    if (why === undefined) {
      this.#failures = 0;
      onOutcome('delivered');
      await this.#read((db) => store.arrived(db, delivery));
      return;
    }
    if (signal.aborted) {
      await this.#read((db) => store.failed(db, delivery, 0));
      return;
    }
    this.#failures += 1;
    const again = backOff(attempts);
    const isLast = delivery.age + again > GIVE_UP_AFTER;
    onOutcome(isLast ? 'dead' : 'failed');
    const facts = { receiver: this.#receiver, message: id, why, attempts };
    warn(facts, isLast ? 'a webhook is given up' : 'a webhook was not delivered');
    await this.#read((db) =>
      isLast ? store.giveUp(db, delivery) : store.failed(db, delivery, again),
    );
  }

  #read<T>(work: (db: Executor) => Promise<T>): Promise<T> {
    return this.#options.database.read(work);
  }
}
