import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { PortcullisError } from '../errors/portcullis-error.js';
import type { Task, Work } from './compute.js';
import type { Order } from './thread.js';

/** A core is left to those who ask for no hash, and memory is bounded: 19 MiB for a hash of ours. */
export const THREADS = Math.min(4, Math.max(1, availableParallelism() - 1));

/** The thread's program; from the sources, which Node cannot run, it is the one that was built. */
const BUILT = new URL('thread.js', import.meta.url);
const PROGRAM = existsSync(BUILT)
  ? BUILT
  : new URL('../../dist/passwords/thread.js', import.meta.url);

/** Of JavaScript's heap; hashes lie outside it and are bounded by their cost. */
const HEAP_MB = 128;

/** Whatever was asked is answered in kind. */
type Answer = Work[Task]['answers'] & {};

interface Job {
  readonly order: Order;
  readonly settle: (answer: Answer) => void;
  readonly fail: (error: Error) => void;
  /** How many threads have ended over it. */
  deaths: number;
}

/**
 * Threads that compute, and a queue before them. Hashes in libuv's pool held up whatever reads a file.
 */
export class Threads {
  readonly #size: number;
  readonly #room: number;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  #closed = false;

  /** @param size threads at most; @param room jobs that may wait for one */
  constructor(size = THREADS, room = 100) {
    this.#size = size;
    this.#room = room;
  }

  /** True when the next job would be refused. */
  get full(): boolean {
    return this.#busy.size >= this.#size && this.#waiting.length >= this.#room;
  }

  /** @throws PortcullisError RATE_LIMITED when the queue is full. */
  async run<T extends Task>(task: T, asks: Work[T]['asks']): Promise<Work[T]['answers']> {
    if (this.#closed) throw new Error('no password is judged any more');
    if (this.full) {
      throw new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter: 1 });
    }
    return new Promise((settle, fail) => {
      this.#waiting.push({ order: { task, asks }, settle, fail, deaths: 0 });
      this.#next();
    });
  }

  /** Ends all threads; what was not answered fails. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { fail } of this.#waiting.splice(0)) fail(new Error('the threads were ended'));
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((thread) => thread.terminate()));
  }

  #next(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
      const job = thread && this.#waiting.shift();
      if (!job) return;
      this.#busy.set(thread, job);
      // A job keeps the process alive, as work in libuv's pool would; a thread that waits does not.
      thread.ref();
      thread.postMessage(job.order);
    }
  }

  #start(): Worker {
    const thread = new Worker(PROGRAM, {
      name: 'passwords',
      // The process may have been started by flags that no thread takes, such as --input-type.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    let cause: unknown;
    thread.on('message', (answer: unknown) => {
      const job = this.#busy.get(thread);
      this.#busy.delete(thread);
      thread.unref();
      this.#idle.push(thread);
      job?.settle(answer as Answer);
      this.#next();
    });
    thread.on('error', (error) => (cause = error));
    thread.on('exit', () => {
      const at = this.#idle.indexOf(thread);
      if (at >= 0) this.#idle.splice(at, 1);
      const job = this.#busy.get(thread);
      this.#busy.delete(thread);
      if (job) this.#again(job, cause);
      this.#next();
    });
    return thread;
  }

  /** A job is tried once more by another thread; one that ends two threads would end them all. */
  #again(job: Job, cause: unknown): void {
    job.deaths += 1;
    if (job.deaths < 2 && !this.#closed) this.#waiting.unshift(job);
    else job.fail(new Error('a password thread has ended', { cause }));
  }
}
