import { LRUCache } from 'lru-cache';
import { PortcullisError } from '../../errors/index.js';
import type { Clock } from '../../support/clock.js';

/** Milliseconds for which a refusal is repeated without a look: a success elsewhere may have ended it. */
const REPEATED = 1_000;

/** What this node has just refused, so that a flood costs no statements. */
export class Refusals {
  readonly #made = new LRUCache<string, { readonly opens: number; readonly until: number }>({
    max: 10_000,
  });

  constructor(private readonly clock: Clock) {}

  /** @param wait milliseconds */
  add(key: string, wait: number): void {
    const now = this.clock.now();
    this.#made.set(key, { opens: now + wait, until: now + Math.min(wait, REPEATED) });
  }

  /** Milliseconds that are left to wait; undefined where it has to be looked up. */
  left(key: string): number | undefined {
    const made = this.#made.get(key);
    const now = this.clock.now();
    return made && made.until > now ? made.opens - now : undefined;
  }

  delete(key: string): void {
    this.#made.delete(key);
  }

  clear(): void {
    this.#made.clear();
  }
}

/** @param wait milliseconds */
export function tooMany(wait: number): PortcullisError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1_000));
  return new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter });
}
