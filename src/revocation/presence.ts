import type { Clock } from '../support/clock.js';
import type { TimeSample } from '../support/synced-clock.js';

/** What a node says of itself and hears in return. */
export interface PresenceOptions {
  /** Says that the node lives, and up to when it has seen everything. Answers the database's time. */
  readonly report: (markAge: number | undefined) => Promise<Date>;
  readonly markAge: () => number | undefined;
  readonly onTime?: (sample: TimeSample) => void;
  /** Takes the report back. */
  readonly leave: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** Milliseconds between two reports. With the feed's looks, 1.1 statements a second. */
const INTERVAL = 10_000;

/** Keeps a node in the list of those that live. What fails is tried again at the next turn. */
export class Presence {
  readonly #clock: Clock;
  readonly #options: PresenceOptions;
  #timer: NodeJS.Timeout | undefined;
  /** The last of the reports that nobody waits for. */
  #reporting: Promise<void> = Promise.resolve();

  constructor(clock: Clock, options: PresenceOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** @throws PortcullisError STORE_UNAVAILABLE. */
  async start(): Promise<void> {
    await this.#report();
    this.#timer = setInterval(() => this.report(), INTERVAL);
    this.#timer.unref();
  }

  /** Reports before its turn: there is news of this node. */
  report(): void {
    this.#reporting = this.#reporting.then(() => this.#report()).catch(this.#options.onFailure);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    // One that is under way would put the node back.
    await this.#reporting;
    await this.#options.leave().catch(this.#options.onFailure);
  }

  async #report(): Promise<void> {
    const sentAt = this.#clock.monotonic();
    const time = await this.#options.report(this.#options.markAge());
    const databaseTime = time.getTime();
    this.#options.onTime?.({ databaseTime, sentAt, receivedAt: this.#clock.monotonic() });
  }
}
