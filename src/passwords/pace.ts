import { LRUCache } from 'lru-cache';

/** Milliseconds for which a kind of hash that was met still counts. */
const REMEMBERED = 60 * 60_000;

/**
 * How long a wrong password takes: as long as the slowest kind of hash that is about. Otherwise the time of
 * a refusal would tell who has an account with an imported hash. Waiting costs no thread.
 */
export class Pace {
  /** Milliseconds by label, each a mean that follows the load of the machine. */
  readonly #typical = new LRUCache<string, number>({ max: 50, ttl: REMEMBERED });

  /** Milliseconds that are left to wait after a hash of this label took so long. */
  remaining(label: string, took: number): number {
    const before = this.#typical.get(label);
    this.#typical.set(label, before === undefined ? took : (before + took) / 2);
    // Where all are of one kind there is nothing to hide.
    if (this.#typical.size < 2) return 0;
    return Math.max(0, Math.max(...this.#typical.values()) - took);
  }
}
