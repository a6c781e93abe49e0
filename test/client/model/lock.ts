import type { Cancel } from '../../../src/client/platform.js';

interface Waiting {
  readonly tab: number;
  readonly take: () => void;
}

/** As Web Locks: one after another; whoever waits for too long goes on without it. */
export class Lock {
  #holder: Waiting | undefined;
  #waiting: Waiting[] = [];
  readonly #after: (tab: number, ms: number, ring: () => void) => Cancel;

  constructor(after: (tab: number, ms: number, ring: () => void) => Cancel) {
    this.#after = after;
  }

  take(tab: number, patience: number): Promise<Cancel> {
    return new Promise((acquired) => {
      let stopWaiting: Cancel = () => undefined;
      const mine: Waiting = {
        tab,
        take: () => {
          this.#holder = mine;
          stopWaiting();
          acquired(() => {
            if (this.#holder === mine) this.#release();
          });
        },
      };
      if (!this.#holder) {
        mine.take();
        return;
      }
      this.#waiting.push(mine);
      stopWaiting = this.#after(tab, patience, () => {
        this.#waiting = this.#waiting.filter((each) => each !== mine);
        acquired(() => undefined);
      });
    });
  }

  /** Of a tab that is closed. */
  leave(tab: number): void {
    this.#waiting = this.#waiting.filter((each) => each.tab !== tab);
    if (this.#holder?.tab === tab) this.#release();
  }

  #release(): void {
    this.#holder = undefined;
    this.#waiting.shift()?.take();
  }
}
