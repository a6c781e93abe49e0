/** How many places each name holds at the moment. A name that holds none is forgotten. */
export class Tally {
  readonly #most: number;
  readonly #held = new Map<string, number>();

  /** @param most places that one name may hold at once */
  constructor(most: number) {
    this.#most = most;
  }

  take(name: string): (() => void) | undefined {
    const held = this.#held.get(name) ?? 0;
    if (held >= this.#most) return undefined;
    this.#held.set(name, held + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#held.get(name) ?? 1) - 1;
      if (left > 0) this.#held.set(name, left);
      else this.#held.delete(name);
    };
  }
}
