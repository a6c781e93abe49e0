import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds that the self-test waits for its word. */
const SELF_TEST = 2_000;

/** What a listening connection hears of the channel. */
export class Doorbell {
  readonly #onRing: () => void;
  /** What the self-test listens for. */
  readonly #words = new Map<string, () => void>();

  constructor(onRing: () => void) {
    this.#onRing = onRing;
  }

  /** @param word what NOTIFY carried; none is a ring */
  hear(word: string): void {
    if (word === '') this.#onRing();
    else this.#words.get(word)?.();
  }

  /**
   * Whether what is said on another connection arrives here: a pooler in transaction mode answers LISTEN
   * and delivers nothing, and a pooler in between may do so at any time.
   * Rejects where it could not be said.
   */
  async test(say: (word: string) => Promise<unknown>): Promise<boolean> {
    const word = randomUUID();
    const stopWaiting = new AbortController();
    const heard = new Promise<true>((resolve) => this.#words.set(word, () => resolve(true)));
    try {
      await say(word);
      const silence = delay(SELF_TEST, false, { signal: stopWaiting.signal, ref: false });
      silence.catch(() => undefined);
      return await Promise.race([heard, silence]);
    } finally {
      this.#words.delete(word);
      stopWaiting.abort();
    }
  }
}
