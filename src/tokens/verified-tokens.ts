/** Characters of a token's end by which it is found: 72 bits of its signature, which no two tokens share by chance. */
const TAIL = 12;

interface Verified<V> {
  readonly token: string;
  readonly value: V;
}

/**
 * Remembers what tokens turned out to be. A token is found by its end and then compared as a whole: to hash
 * all of one was measured at three times the cost. In two halves, of which the older is forgotten when the
 * younger is full; what is used moves on. Only who can sign can fill it.
 */
export class VerifiedTokens<V> {
  readonly #half: number;
  #young = new Map<string, Verified<V>>();
  #old = new Map<string, Verified<V>>();

  /** @param most how many are remembered at most; half as many at least */
  constructor(most: number) {
    this.#half = Math.max(1, Math.floor(most / 2));
  }

  get(token: string): V | undefined {
    const tail = token.slice(-TAIL);
    const young = this.#young.get(tail);
    if (young) return young.token === token ? young.value : undefined;
    const old = this.#old.get(tail);
    if (old?.token !== token) return undefined;
    this.#remember(tail, old);
    return old.value;
  }

  set(token: string, value: V): void {
    this.#remember(token.slice(-TAIL), { token, value });
  }

  delete(token: string): void {
    const tail = token.slice(-TAIL);
    this.#young.delete(tail);
    this.#old.delete(tail);
  }

  #remember(tail: string, verified: Verified<V>): void {
    this.#young.set(tail, verified);
    if (this.#young.size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
