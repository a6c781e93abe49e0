type Taker<T> = (result: IteratorResult<T, undefined> | Promise<never>) => void;

/**
 * Events from one who does not wait, for one who takes them in order. It holds a bounded number: who
 * is too slow for that is not served the rest.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #limit: number;
  readonly #events: T[] = [];
  readonly #takers: Taker<T>[] = [];
  readonly #awaitingRoom: (() => void)[] = [];
  readonly #awaitingOver: (() => void)[] = [];
  #state: 'open' | 'muted' | 'ending' | 'over' = 'open';
  #failure: Promise<never> | undefined;

  /** @param limit the most events that wait */
  constructor(limit = 1_000) {
    this.#limit = limit;
  }

  /** False when it is full, or over: then the event is not kept. */
  push(event: T): boolean {
    if (this.#state !== 'open') return false;
    const taker = this.#takers.shift();
    if (taker) taker({ value: event, done: false });
    else if (this.#events.length < this.#limit) this.#events.push(event);
    else return false;
    return true;
  }

  /** Nothing comes after what waits. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    if (this.#events.length === 0) this.#over();
  }

  /** What waits is dropped, and nothing comes any more, not even an end, until its reader leaves. */
  mute(): void {
    if (this.#state === 'over') return;
    this.#state = 'muted';
    this.#events.length = 0;
    this.#tell(this.#awaitingRoom);
  }

  /** What waits is dropped, and the taker gets the error. */
  fail(error: Error): void {
    if (this.#state === 'over' || this.#state === 'muted') return;
    this.#failure = Promise.reject(error);
    this.#failure.catch(() => undefined);
    this.#over();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#events.length > 0) {
      const value = this.#events.shift() as T;
      if (this.#events.length === 0 && this.#state === 'ending') this.#over();
      if (this.#events.length < this.#limit / 2) this.#tell(this.#awaitingRoom);
      return Promise.resolve({ value, done: false });
    }
    if (this.#state === 'over') return Promise.resolve(this.#last());
    return new Promise((taker) => this.#takers.push(taker));
  }

  /** What waits is dropped. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#over();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Settles when less than half of the limit waits, or nothing will be taken any more. */
  room(): Promise<void> {
    if (this.#state === 'over' || this.#events.length < this.#limit / 2) return Promise.resolve();
    return new Promise((waiter) => this.#awaitingRoom.push(waiter));
  }

  /** Calls back once, when nothing more will be taken. */
  onOver(listener: () => void): void {
    if (this.#state === 'over') listener();
    else this.#awaitingOver.push(listener);
  }

  /** The error goes to whoever takes next, once. */
  #last(): IteratorResult<T, undefined> | Promise<never> {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ?? { value: undefined, done: true };
  }

  #over(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#events.length = 0;
    for (const taker of this.#takers.splice(0)) taker(this.#last());
    this.#tell(this.#awaitingRoom);
    this.#tell(this.#awaitingOver);
  }

  #tell(waiters: (() => void)[]): void {
    for (const waiter of waiters.splice(0)) waiter();
  }
}
