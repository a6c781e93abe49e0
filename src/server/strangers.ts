/** Operations that begin between two looks at what else has arrived: 300 at once held up the loop for 200 ms. */
const AT_ONCE = 1;

/** Lets operations of those who are not signed in begin a few at a time, so that a flood of them delays nobody else. */
export class Strangers {
  readonly #waiting: (() => void)[] = [];
  #begun = 0;
  #isScheduled = false;

  /** Settles when the next may begin; undefined where it may at once. */
  turn(): Promise<void> | undefined {
    this.#schedule();
    if (this.#begun < AT_ONCE) {
      this.#begun += 1;
      return undefined;
    }
    return new Promise((begin) => this.#waiting.push(begin));
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const next = this.#waiting.splice(0, AT_ONCE);
      this.#begun = next.length;
      if (next.length > 0) this.#schedule();
      for (const begin of next) begin();
    });
  }
}
