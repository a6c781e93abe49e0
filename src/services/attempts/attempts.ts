import { setTimeout as delay } from 'node:timers/promises';
import { findPortcullisError } from '../../errors/index.js';
import type { PortcullisError } from '../../errors/index.js';
import type { Uncounted } from './account-counts.js';
import { Admissions } from './admissions.js';
import type { Admission, AdmissionParts, Guesser } from './admissions.js';
import { KeyMaker, lineOf, placesOf } from './keys.js';
import type { Keys } from './keys.js';
import { Refusals, tooMany } from './refusals.js';
import { Room } from './room.js';
import { Turns } from './turns.js';

/** What a password turned out to be. */
export interface Proof {
  readonly correct: boolean;
  readonly user?: { readonly disabled: boolean } | undefined;
}

export interface AttemptsOptions extends AdmissionParts {
  /** The server secret in use on all nodes. */
  readonly secret: () => string;
}

/** Milliseconds: whoever would be told to wait no longer than this just waits. */
const SHORT = 1_000;
/** What says nothing of a password: there was no room to hash it, or nobody to ask. */
const UNTOLD: ReadonlySet<unknown> = new Set(['RATE_LIMITED', 'STORE_UNAVAILABLE']);
/**
 * As many as the hasher takes in; but counted only when their turn to be hashed is near. All at once, their
 * statements made others wait for half a second.
 */
const ROOM = { size: 120, atOnce: 16 };
/** Attempts at one account from one place that wait for each other on a node. */
const LINE = 100;

/**
 * Limits attempts at passwords by account, by address and by both, over all nodes. Each counts as failed
 * from before its hash is computed until it has succeeded.
 */
export class Attempts {
  readonly #admissions: Admissions;
  readonly #keys: KeyMaker;
  readonly #turns = new Turns();
  readonly #refusals: Refusals;
  readonly #room = new Room(ROOM);
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#keys = new KeyMaker(options.secret);
    this.#refusals = new Refusals(options.clock);
    this.#admissions = new Admissions(options, this.#refusals);
  }

  /** True when the next attempt would be refused, whoever makes it: in a flood, before it costs statements. */
  get full(): boolean {
    return this.#room.full;
  }

  /**
   * Tries a password. A proof that throws one of these has told nobody anything, and is given back.
   * @throws PortcullisError RATE_LIMITED, STORE_UNAVAILABLE, and whatever else the proof throws
   */
  async guess<T extends Proof>(guesser: Guesser, prove: () => Promise<T>): Promise<T> {
    const keys = this.#keys.keysOf(guesser);
    const line = lineOf(keys);
    if (this.#turns.waiting(line) >= LINE) throw tooMany(SHORT);
    return this.#turns.run(
      line,
      () => this.#admit(guesser, keys),
      async (admission) => {
        try {
          const giveBack = () => this.#admissions.giveBack(admission);
          const proof = await this.#orGiveBack(prove, giveBack);
          if (proof.correct) await this.#succeed(admission, proof);
          return proof;
        } finally {
          this.#room.leave();
        }
      },
    );
  }

  /**
   * Does what is limited by the address alone; a success gives back what it took.
   * @throws PortcullisError RATE_LIMITED, and whatever the work throws
   */
  async fromAddress<T>(ip: string | null, work: () => Promise<T>): Promise<T> {
    const address = this.#keys.addressOf(ip);
    if (address === undefined) return work();
    const { limits } = this.#options;
    const { wait, first } = await limits.take(address);
    if (first) await this.#admissions.tell({ ip });
    if (wait !== undefined) throw tooMany(wait);
    const result = await this.#orGiveBack(work, () => limits.giveBack(address));
    await limits.giveBack(address);
    return result;
  }

  /** What this node would refuse at once, without a look. */
  refusal(guesser: Guesser): PortcullisError | undefined {
    const wait = this.#refusals.left(lineOf(this.#keys.keysOf(guesser)));
    return wait === undefined ? undefined : tooMany(wait);
  }

  /** Somebody has proven otherwise whose the account is: its failures are forgotten. */
  async forgive(email: string): Promise<void> {
    await this.#options.store.forget(this.#keys.accountOf(email));
    this.#refusals.clear();
  }

  /** As `forgive`; and from now on the account is known at this place alone. */
  async settle(guesser: Guesser): Promise<void> {
    const { store } = this.#options;
    const keys = this.#keys.keysOf(guesser);
    const places = placesOf(keys);
    await store.forget(keys.account, places);
    await store.learn(keys.account, places);
    this.#refusals.clear();
  }

  /** Forgets what counts no more. Answers how many rows of a kind it touched at most. */
  cleanUp(batch: number): Promise<number> {
    return this.#options.store.cleanUp(batch);
  }

  async #admit(guesser: Guesser, keys: Keys): Promise<Admission> {
    const line = lineOf(keys);
    const left = this.#refusals.left(line);
    if (left !== undefined) throw tooMany(left);
    let isNews = false;
    for (let patient = true; ;) {
      const verdict = await this.#count(guesser, keys);
      if (verdict.admitted) return verdict;
      isNews ||= verdict.news;
      // What is under way may yet succeed, and then there is room: many may sign in at once.
      if (await this.#turns.anyOver(line)) continue;
      if (!patient || verdict.wait > SHORT) {
        this.#refusals.add(line, verdict.wait);
        if (isNews) await this.#admissions.tell(guesser);
        throw tooMany(verdict.wait);
      }
      patient = false;
      await delay(verdict.wait);
    }
  }

  async #count(guesser: Guesser, keys: Keys): Promise<Admission | Uncounted> {
    if (this.full) throw tooMany(SHORT);
    await this.#room.enter();
    let admitted = false;
    try {
      const verdict = await this.#admissions.count(guesser, keys);
      ({ admitted } = verdict);
      return verdict;
    } finally {
      if (!admitted) this.#room.leave();
    }
  }

  async #succeed(admission: Admission, { user }: Proof): Promise<void> {
    this.#refusals.delete(lineOf(admission.keys));
    await this.#admissions.succeed(admission, user?.disabled !== true);
  }

  async #orGiveBack<T>(work: () => Promise<T>, giveBack: () => Promise<void>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (UNTOLD.has(findPortcullisError(error)?.code)) await giveBack().catch(() => undefined);
      throw error;
    }
  }
}
