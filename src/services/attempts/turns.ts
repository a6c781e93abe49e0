/** Those who came with the same key. */
interface Line {
  /** Settles when the last who stands in it was let through or turned away. */
  tail: Promise<unknown>;
  waiting: number;
  readonly underWay: Set<Promise<unknown>>;
}

/** Lets through one after another, for each key on its own; what was let through goes on side by side. */
export class Turns {
  readonly #lines = new Map<string, Line>();

  /** How many wait to be let through. */
  waiting(key: string): number {
    return this.#lines.get(key)?.waiting ?? 0;
  }

  /** @param admit alone at its time; throws to turn away */
  async run<A, T>(
    key: string,
    admit: () => Promise<A>,
    work: (admission: A) => Promise<T>,
  ): Promise<T> {
    const line = this.#line(key);
    line.waiting += 1;
    const begun = line.tail.then(async () => {
      try {
        const running = work(await admit());
        line.underWay.add(running);
        const over = () => line.underWay.delete(running);
        running.then(over, over);
        return { running };
      } finally {
        line.waiting -= 1;
      }
    });
    line.tail = begun.catch(() => undefined);
    try {
      return await (
        await begun
      ).running;
    } finally {
      const isOver = line.waiting === 0 && line.underWay.size === 0;
      if (isOver && this.#lines.get(key) === line) this.#lines.delete(key);
    }
  }

  /** Waits until something is over that was let through. Answers false at once where there is nothing. */
  async anyOver(key: string): Promise<boolean> {
    const underWay = this.#lines.get(key)?.underWay;
    if (!underWay || underWay.size === 0) return false;
    await Promise.race(underWay).catch(() => undefined);
    return true;
  }

  #line(key: string): Line {
    const found = this.#lines.get(key);
    if (found) return found;
    const line = { tail: Promise.resolve(), waiting: 0, underWay: new Set<Promise<unknown>>() };
    this.#lines.set(key, line);
    return line;
  }
}
