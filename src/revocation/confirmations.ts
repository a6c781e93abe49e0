import type { Clock } from '../support/clock.js';
import { momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import { within } from '../support/within.js';

/** A connection that can be asked whether its last look saw all that is committed by now. */
export interface ConfirmingSource {
  /** Rejects where it cannot be asked. */
  confirm(): Promise<boolean>;
}

export interface ConfirmationsOptions {
  /** All was known that was committed before that moment. */
  readonly onConfirmed: (mark: Moment) => void;
  /** A look is due. */
  readonly onNews: () => void;
}

/** Milliseconds for which an answer is waited for: a look at the sessions themselves must fit in after it. */
const TIMEOUT = 200;

/** Asks, for all who ask at once, whether a node knows everything that is revoked. */
export class Confirmations {
  readonly #clock: Clock;
  readonly #options: ConfirmationsOptions;
  /** Undefined while a look is known to be due. */
  #source: ConfirmingSource | undefined;
  #unfit: ConfirmingSource | undefined;
  #current: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;

  constructor(clock: Clock, options: ConfirmationsOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** What this connection saw last is applied. */
  askBy(source: ConfirmingSource): void {
    this.#source = source === this.#unfit ? undefined : source;
  }

  stop(): void {
    this.#source = undefined;
  }

  /** Those who ask while an answer is awaited share the next one: theirs must be newer than their question. */
  ask(): Promise<boolean> {
    if (this.#current) {
      return (this.#next ??= this.#current.then(() => {
        this.#next = undefined;
        return this.ask();
      }));
    }
    return (this.#current = this.#ask().finally(() => {
      this.#current = undefined;
    }));
  }

  async #ask(): Promise<boolean> {
    const source = this.#source;
    if (!source) return false;
    const mark = momentOf(this.#clock);
    const answer = source.confirm().catch(() => {
      // Lost, or behind a pooler that knows no prepared statements: it will not answer another time either.
      this.#unfit = source;
      return false;
    });
    const isCurrent = await within(TIMEOUT, answer, () => new Error()).catch(() => false);
    if (this.#source !== source) return false;
    if (isCurrent) {
      this.#options.onConfirmed(mark);
    } else {
      // Until the next look nothing else can come of it: those who ask meanwhile need not wait for that.
      this.#source = undefined;
      this.#options.onNews();
    }
    return isCurrent;
  }
}
