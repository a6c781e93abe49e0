/** A sleep that can be cut short; a call that comes while nobody sleeps cuts the next one. */
export class Waker {
  readonly #keepsAlive: boolean;
  #called = false;
  #cut: (() => void) | undefined;

  /** @param options.keepsAlive whether the process lives on while somebody sleeps. Default true. */
  constructor({ keepsAlive = true }: { readonly keepsAlive?: boolean } = {}) {
    this.#keepsAlive = keepsAlive;
  }

  wake(): void {
    this.#called = true;
    this.#cut?.();
  }

  /**
   * Settles after `longest` milliseconds, or when called, but not before `shortest` milliseconds.
   */
  async sleep(longest: number, shortest = 0): Promise<void> {
    if (shortest > 0) await this.#pause(shortest, false);
    await this.#pause(longest - shortest, true);
    this.#called = false;
  }

  #pause(milliseconds: number, interruptible: boolean): Promise<void> {
    if (interruptible && this.#called) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      if (!this.#keepsAlive) timer.unref();
      if (!interruptible) return;
      this.#cut = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
