export interface RoomOptions {
  /** Attempts that are counted and hashed side by side. */
  readonly atOnce: number;
  /** Those that wait for it included. */
  readonly size: number;
}

/** Bounds how many attempts are under way on a node, and how many of them at once. */
export class Room {
  readonly #options: RoomOptions;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.#inside + this.#waiting.length >= this.#options.size;
  }

  /** First come, first served. Who has entered leaves. */
  async enter(): Promise<void> {
    if (this.#inside < this.#options.atOnce) this.#inside += 1;
    else await new Promise<void>((enter) => this.#waiting.push(enter));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inside -= 1;
  }
}
