import type { Clock } from '../support/clock.js';
import { ageOf, momentOf } from '../support/moment.js';
import type { Moment } from '../support/moment.js';
import { parseAs } from './http.js';
import type { Ask } from './http.js';
import { PublicKeys } from './jwks.js';

export interface RemoteKeysOptions {
  readonly url: string;
  readonly ask: Ask;
  readonly clock: Clock;
  /** Milliseconds for one fetch. */
  readonly timeout: number;
  /** Told once whenever fetching begins to fail. */
  readonly onFailure: (why: string) => void;
}

const LIMIT = 256 * 1024;
/** Milliseconds for which a copy is good: bounds on what the server says, and what it is if it says nothing. */
const LIFE = { least: 10_000, most: 3_600_000, unsaid: 300_000 };
/** Milliseconds between two fetches for kids that nobody knows. */
const COOL_DOWN = 10_000;
/** Milliseconds between two attempts while the server is away. */
const RETRY = 1_000;

interface Copy {
  readonly keys: PublicKeys;
  readonly text: string;
  /** Before it was asked for. */
  readonly at: Moment;
  /** Milliseconds. */
  readonly life: number;
}

/** The server's public keys, kept for as long as it allows, and beyond that while it is away. */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  #copy: Copy | undefined;
  #fetching: Promise<void> | undefined;
  /** When a fetch last failed, since the last that did not. */
  #failedAt: number | undefined;
  #soughtAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #started = false;
  readonly #first = latch();

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /** Another object whenever they have changed; undefined before they were ever fetched. */
  get current(): PublicKeys | undefined {
    return this.#copy?.keys;
  }

  /** Whether what is known may not be what is so. */
  get failing(): boolean {
    return this.#failedAt !== undefined;
  }

  /** Milliseconds since the copy was fetched; undefined before. */
  age(): number | undefined {
    return this.#copy && ageOf(this.#copy.at, this.#options.clock);
  }

  /**
   * Settles when the keys are fit to be used: at once, or after a fetch where there are none or they
   * are too old. While the server is away old ones do, and nobody waits for it.
   * @throws Error when there are none.
   */
  async fresh(): Promise<void> {
    if (!this.#copy) {
      if (this.#fetching === undefined && this.#sinceFailure() < RETRY) throw new Error('no keys');
      await this.#fetch();
    } else if (!this.failing && (this.age() ?? 0) >= this.#copy.life) {
      await this.#fetch().catch(() => undefined);
    }
  }

  /**
   * Looks for a kid that is not known. However many are made up, it costs one fetch per cool-down.
   * @throws Error when the server does not answer.
   */
  async seek(kid: string): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (this.#copy?.keys.find(kid)) return;
    // One that is under way may have been answered before the key was there, but it was sought just now.
    if (now - this.#soughtAt < COOL_DOWN) return this.#fetching;
    this.#soughtAt = now;
    await this.#fetching?.catch(() => undefined);
    await this.#fetch();
  }

  /** The server says that its keys have changed. Never throws. */
  changed(): void {
    const before = this.#fetching?.catch(() => undefined) ?? Promise.resolve();
    void before.then(() => this.#fetch()).catch(() => undefined);
  }

  /**
   * Keeps the copy fresh from now on, so that no request has to wait for it. Settles when there is one, or
   * it is stopped.
   */
  async start(): Promise<void> {
    this.#started = true;
    void this.#fetch().catch(() => undefined);
    await this.#first.promise;
  }

  stop(): void {
    this.#started = false;
    clearTimeout(this.#timer);
    this.#first.settle();
  }

  #sinceFailure(): number {
    return this.#options.clock.monotonic() - (this.#failedAt ?? -Infinity);
  }

  /** All who ask meanwhile share one. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
      this.#plan();
    });
    return this.#fetching;
  }

  async #load(): Promise<void> {
    const { url, ask, clock, timeout, onFailure } = this.#options;
    const at = momentOf(clock);
    try {
      // A copy of somebody's in between may lack the key that is sought.
      const headers = { accept: 'application/jwk-set+json', 'cache-control': 'no-cache' };
      const answer = await ask(url, { headers, limit: LIMIT, timeout });
      if (answer.status !== 200) throw new Error(`the server answers ${answer.status}`);
      const { text } = answer;
      const same = this.#copy?.text === text ? this.#copy.keys : undefined;
      const keys = same ?? parseAs(PublicKeys, text);
      this.#copy = { keys, text, at, life: lifeOf(answer.headers) };
      this.#failedAt = undefined;
      this.#first.settle();
    } catch (error) {
      if (!this.failing) onFailure((error as Error).message);
      this.#failedAt = clock.monotonic();
      throw error;
    }
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#started) return;
    const next = this.failing ? RETRY : (this.#copy?.life ?? RETRY);
    this.#timer = setTimeout(() => void this.#fetch().catch(() => undefined), next);
    this.#timer.unref();
  }
}

/** Of a copy that was not fresh from the server, only the rest. */
function lifeOf(headers: Headers): number {
  const [, maxAge] = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers.get('cache-control') ?? '') ?? [];
  if (maxAge === undefined) return LIFE.unsaid;
  const rest = (Number(maxAge) - Number(headers.get('age') ?? 0)) * 1_000;
  return Math.min(Math.max(Number.isFinite(rest) ? rest : 0, LIFE.least), LIFE.most);
}

function latch(): { readonly promise: Promise<void>; readonly settle: () => void } {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (settle = resolve));
  return { promise, settle: () => settle() };
}
