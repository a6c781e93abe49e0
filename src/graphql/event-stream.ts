import type { ExecutionResult } from 'graphql';

/**
 * The answers to the events of a source, one by one. Unlike an async generator's, its `return` does not
 * wait for an event that may never come.
 */
export class EventStream implements AsyncIterableIterator<ExecutionResult, void> {
  readonly #source: AsyncIterator<unknown>;
  readonly #answer: (event: unknown) => Promise<ExecutionResult>;
  readonly #fail: (error: unknown) => Error;
  #onOver: (() => void) | undefined;
  /** Settles when nothing more will be answered. */
  readonly over = new Promise<void>((resolve) => (this.#onOver = resolve));

  /** @param fail turns what ended the stream into what its reader is told */
  constructor(
    source: AsyncIterable<unknown>,
    answer: (event: unknown) => Promise<ExecutionResult>,
    fail: (error: unknown) => Error,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#answer = answer;
    this.#fail = fail;
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    try {
      const event = await this.#source.next();
      if (event.done !== true) return { value: await this.#answer(event.value), done: false };
      this.#onOver?.();
      return { value: undefined, done: true };
    } catch (error) {
      await this.return();
      throw this.#fail(error);
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#onOver?.();
    await this.#source.return?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
