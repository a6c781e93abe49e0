/** Requests that are held until there is news, or their time is over. */
export class WaitingRoom {
  readonly #waiting = new Set<() => void>();
  readonly #most: number;
  #closed = false;

  /** @param most requests that wait at a time */
  constructor(most: number) {
    this.#most = most;
  }

  get full(): boolean {
    return this.#waiting.size >= this.#most;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Settles after `milliseconds`, or at news, or when the one who waits is gone. Once closed, it holds
   * nobody.
   * @param gone aborted when nobody waits for the answer any more
   */
  wait(milliseconds: number, gone: AbortSignal): Promise<void> {
    if (this.#closed || gone.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const free = () => {
        clearTimeout(timer);
        gone.removeEventListener('abort', free);
        this.#waiting.delete(free);
        resolve();
      };
      const timer = setTimeout(free, milliseconds);
      gone.addEventListener('abort', free);
      this.#waiting.add(free);
    });
  }

  /** There is news. */
  free(): void {
    for (const free of [...this.#waiting]) free();
  }

  close(): void {
    this.#closed = true;
    this.free();
  }
}
