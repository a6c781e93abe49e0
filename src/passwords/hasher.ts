import { setTimeout as delay } from 'node:timers/promises';
import { badInput } from '../errors/portcullis-error.js';
import { Pace } from './pace.js';
import { MIN_PASSWORD_LENGTH, requireLength } from './strength.js';
import { lendThreads } from './lent-threads.js';
import { Threads } from './threads.js';

export interface HasherOptions {
  /** Code points that a new password needs. Default 15. */
  readonly minLength?: number;
  /**
   * Hashes computed at once, each in a thread. Default: one less than there are cores, from 1 to 4, and the
   * same ones for all in this process.
   */
  readonly threads?: number;
  /** Hashes that may wait. Default 100; beyond, callers are told to come back. */
  readonly queue?: number;
  /** Is told of stored hashes that cannot be read; never the hash. */
  readonly report?: (facts: object, message: string) => void;
}

/** Judges, hashes and verifies passwords in a bounded queue, so that a flood of log-ins drowns nobody else. */
export class PasswordHasher {
  readonly #minLength: number;
  readonly #threads: Pick<Threads, 'full' | 'run'>;
  readonly #giveBack: () => Promise<void>;
  readonly #pace = new Pace();
  readonly #report: NonNullable<HasherOptions['report']>;

  constructor(options: HasherOptions = {}) {
    this.#minLength = options.minLength ?? MIN_PASSWORD_LENGTH;
    const { threads, queue } = options;
    if (threads === undefined && queue === undefined) {
      ({ threads: this.#threads, giveBack: this.#giveBack } = lendThreads());
    } else {
      const own = new Threads(threads, queue);
      this.#threads = own;
      this.#giveBack = () => own.close();
    }
    this.#report = options.report ?? (() => undefined);
  }

  /** True when the next hash would be refused. */
  get full(): boolean {
    return this.#threads.full;
  }

  /**
   * Judges a new password.
   * @param path the input's, such as `input.password`
   * @param about what is easily guessed here: the e-mail address, the name
   * @throws PortcullisError BAD_USER_INPUT at the path, RATE_LIMITED when the queue is full.
   */
  async requireStrong(
    password: string,
    path: string,
    about: readonly (string | null)[] = [],
  ): Promise<void> {
    requireLength(password, path, this.#minLength);
    const known = about.filter((text) => text !== null);
    if (await this.#threads.run('judge', { password, about: known })) {
      throw badInput(
        path,
        'The password is too easy to guess: it is common, repeats itself, or names the account.',
      );
    }
  }

  /** @throws PortcullisError RATE_LIMITED when the queue is full. */
  hash(password: string): Promise<string> {
    return this.#threads.run('hash', { password });
  }

  /**
   * Whether the password is right. Without a stored hash it does the same work and answers false.
   * @param userId whose hash it is, for the log
   * @throws PortcullisError RATE_LIMITED when the queue is full.
   */
  async verify(stored: string | undefined, password: string, userId?: string): Promise<boolean> {
    const verdict = await this.#threads.run('verify', { stored, password });
    const { matches, label, took, unreadable } = verdict;
    if (unreadable !== undefined) this.#report({ userId }, `a stored password hash ${unreadable}`);
    const left = matches ? 0 : this.#pace.remaining(label, took);
    if (left > 0) await delay(left);
    return matches;
  }

  /** Starts a thread ahead, so that the first who signs in does not wait for it. */
  async warmUp(): Promise<void> {
    await this.verify(undefined, 'warm-up');
  }

  /** Ends the threads, where nobody else in this process uses them. */
  close(): Promise<void> {
    return this.#giveBack();
  }
}
