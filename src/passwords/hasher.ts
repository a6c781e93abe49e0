import { hash, verify } from '@node-rs/argon2';
import { PortcullisError } from '../errors/portcullis-error.js';
import { MIN_PASSWORD_LENGTH, normalisePassword, requireLength } from './strength.js';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface HasherOptions {
  /** Code points that a new password needs. Default 15. */
  readonly minLength?: number;
  /** Hashes computed at once. Default 2 of libuv's 4 threads, so that file and DNS work goes on. */
  readonly concurrency?: number;
  /** Hashes that may wait. Default 100; beyond, callers are told to come back. */
  readonly queue?: number;
}

/** Hashes and verifies passwords in a bounded queue, so that a flood of log-ins drowns nobody else. */
export class PasswordHasher {
  readonly #minLength: number;
  readonly #concurrency: number;
  readonly #queue: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Verified against when there is no account, so that its absence takes as long as a wrong password. */
  #decoy: string | undefined;

  constructor(options: HasherOptions = {}) {
    this.#minLength = options.minLength ?? MIN_PASSWORD_LENGTH;
    this.#concurrency = options.concurrency ?? 2;
    this.#queue = options.queue ?? 100;
  }

  /** True when the next hash would be refused. */
  get full(): boolean {
    return this.#running >= this.#concurrency && this.#waiting.length >= this.#queue;
  }

  /**
   * Judges a new password.
   * @param path the input's, such as `input.password`
   * @param about words that are easily guessed here: the e-mail address, the name
   * @throws PortcullisError BAD_USER_INPUT at the path
   */
  // eslint-disable-next-line @typescript-eslint/require-await -- what is guessable is found elsewhere
  async requireStrong(
    password: string,
    path: string,
    _about: readonly (string | null)[] = [],
  ): Promise<void> {
    requireLength(password, path, this.#minLength);
  }

  /** @throws PortcullisError RATE_LIMITED when the queue is full. */
  hash(password: string): Promise<string> {
    return this.#run(() => hash(normalisePassword(password), ARGON2ID));
  }

  /**
   * Whether the password is right. Without a stored hash it does the same work and answers false.
   * @throws PortcullisError RATE_LIMITED when the queue is full.
   */
  verify(stored: string | undefined, password: string): Promise<boolean> {
    return this.#run(async () => {
      const against = stored ?? (await this.#decoyHash());
      const matches = await verify(against, normalisePassword(password));
      return stored !== undefined && matches;
    });
  }

  /** Computes the decoy ahead, so that the first unknown user does not take twice as long. */
  async warmUp(): Promise<void> {
    await this.verify(undefined, 'warm-up');
  }

  async #decoyHash(): Promise<string> {
    this.#decoy ??= await hash('no account has this password', ARGON2ID);
    return this.#decoy;
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.full)
      throw new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter: 1 });
    if (this.#running >= this.#concurrency) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The slot passes straight to the next in line, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
