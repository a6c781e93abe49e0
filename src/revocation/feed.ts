import type { FeedPage, Revocation } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { ageOf, momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import type { TimeSample } from '../support/synced-clock.js';
import { Confirmations } from './confirmations.js';
import type { ConfirmingSource } from './confirmations.js';
import type { Denylist } from './denylist.js';
import { Waker } from './waker.js';

/** A connection that looks at the revocations; see FeedReader. */
export interface FeedSource extends ConfirmingSource {
  read(): Promise<FeedPage>;
  /** Whether rings arrive on this connection; rejects where nobody can tell. */
  hearsDoorbell(): Promise<boolean>;
  close(): void;
}

export interface FeedOptions {
  /** Milliseconds between two looks that nobody rang for. */
  readonly pollInterval: number;
  /** Opens a source; `ring` is called when the doorbell rings, and when the connection is lost. */
  readonly open: (ring: () => void) => Promise<FeedSource>;
  /** Told what a look learnt of the database's time. */
  readonly onTime?: (sample: TimeSample) => void;
  /** Told which version of the signing keys a look found. */
  readonly onKeys?: (version: string) => void;
  /** Told which revocations somebody awaits receipts for, once they are applied. */
  readonly onApplied?: (ids: readonly string[]) => void;
  /** Told when something was changed of which no revocation tells: by another hand than a server's, or the keys. */
  readonly onChange?: () => void;
  /** Told once whenever the feed breaks, and why, and once when it runs again. */
  readonly onState?: (state: 'following' | 'lost', why?: unknown) => void;
  /** Told whether rings arrive, once a connection; without them a node hears by its own looks alone. */
  readonly onDoorbell?: (heard: boolean) => void;
}

/** Milliseconds between the starts of two looks at least: rings in a flood share one. */
const LEAST_GAP = 5;
/** Milliseconds between two attempts to connect. */
const RETRY = { least: 50, most: 1_000 };

/**
 * Where a feed stands. Only one that has loaded has a mark: the moment up to which every revocation
 * committed anywhere is known here.
 */
type State = { readonly phase: 'loading' } | { readonly phase: 'following'; readonly mark: Moment };

/**
 * How a node learns of revocations: it looks about once a second, and at once when the doorbell rings.
 * A lost ring costs latency alone. When it falls behind, its mark ages, and the rule of freshness asks
 * the store by itself.
 */
export class Feed {
  readonly #denylist: Denylist;
  readonly #clock: Clock;
  readonly #options: FeedOptions;
  readonly #waker = new Waker();
  readonly #confirmations: Confirmations;
  #state: State = { phase: 'loading' };
  #keysVersion: string | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(denylist: Denylist, clock: Clock, options: FeedOptions) {
    this.#denylist = denylist;
    this.#clock = clock;
    this.#options = options;
    this.#confirmations = new Confirmations(clock, {
      onConfirmed: (mark) => this.#advance(mark),
      onNews: () => this.#waker.wake(),
    });
  }

  /** Settles when everything is loaded for the first time, or the feed is stopped. */
  start(): Promise<void> {
    return new Promise((loaded) => {
      this.#running = this.#run(loaded).finally(loaded);
    });
  }

  /** Milliseconds since the mark; undefined before the first load. */
  age(): number | undefined {
    return this.#state.phase === 'loading' ? undefined : ageOf(this.#state.mark, this.#clock);
  }

  /**
   * Asks the database whether everything that is revoked by now is known here; then it is the mark's new moment.
   * False where that is not so, or nobody can tell. Never rejects.
   */
  confirm(): Promise<boolean> {
    return this.#confirmations.ask();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waker.wake();
    await this.#running;
  }

  async #run(onLoaded: () => void): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      try {
        await this.#follow(() => {
          failures = 0;
          onLoaded();
        });
      } catch (error) {
        // Whatever it was, the mark tells how old the knowledge is by now.
        if (failures === 0) this.#options.onState?.('lost', error);
        failures += 1;
        const pause = Math.min(RETRY.least * 2 ** (failures - 1), RETRY.most);
        await this.#waker.sleep(pause);
      }
    }
  }

  /** One connection's life. It ends by throwing, or when the feed is stopped. */
  async #follow(onLoaded: () => void): Promise<void> {
    const source = await this.#options.open(() => this.#waker.wake());
    try {
      let isTested = false;
      for (let first = true; !this.#stopped; first = false) {
        await this.#look(source);
        if (first) {
          onLoaded();
          this.#options.onState?.('following');
        }
        if (!isTested) {
          isTested = true;
          source.hearsDoorbell().then(
            (heard) => {
              if (!this.#stopped) this.#options.onDoorbell?.(heard);
            },
            // The next look is the next occasion.
            () => (isTested = false),
          );
        }
        await this.#waker.sleep(this.#options.pollInterval, LEAST_GAP);
      }
    } finally {
      this.#confirmations.stop();
      source.close();
    }
  }

  async #look(source: FeedSource): Promise<void> {
    // Before the statement is sent: what commits after this moment may be missing from its answer.
    const mark = momentOf(this.#clock);
    this.#denylist.beginLook();
    const { complete, items, databaseTime, keysVersion } = await source.read();
    const receivedAt = this.#clock.monotonic();
    if (complete) this.#denylist.replaceAll(items);
    else this.#denylist.addAll(items);
    // A token of a key that is gone may be forged, and above every epoch that a revocation names.
    const isOtherKeys = keysVersion !== (this.#keysVersion ?? keysVersion);
    this.#keysVersion = keysVersion;
    if (isOtherKeys || items.some(({ revocation }) => namesNobody(revocation)))
      this.#options.onChange?.();
    this.#advance(mark);
    this.#confirmations.askBy(source);
    this.#options.onTime?.({ databaseTime, sentAt: mark.monotonic, receivedAt });
    this.#options.onKeys?.(keysVersion);
    const awaited = items.flatMap(({ id, wantsReceipt }) =>
      wantsReceipt && id !== null ? [id] : [],
    );
    if (awaited.length > 0) this.#options.onApplied?.(awaited);
  }

  /** Looks and confirmations may be answered out of turn. */
  #advance(mark: Moment): void {
    const state = this.#state;
    if (state.phase === 'following' && state.mark.monotonic > mark.monotonic) return;
    this.#state = { phase: 'following', mark };
  }
}

/** What the database writes by itself where no server told of a change. */
function namesNobody(revocation: Revocation): boolean {
  return revocation.kind === 'sessions' && revocation.sessionIds.length === 0;
}
