import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../database/index.js';
import { findPortcullisError } from '../../errors/index.js';
import type { PortcullisError } from '../../errors/index.js';
import type { AddressLimits, AttemptStore, AuditStore } from '../../stores/index.js';
import type { Clock } from '../../support/clock.js';
import { AccountCounts } from './account-counts.js';
import type { Counted, Uncounted } from './account-counts.js';
import { KeyMaker, lineOf, placesOf } from './keys.js';
import type { Keys } from './keys.js';
import { Refusals, tooMany } from './refusals.js';
import type { Counts } from './rules.js';
import { Turns } from './turns.js';

/** Who tries a password, and from where. */
export interface Guesser {
  /** Normalised. */
  readonly email: string;
  readonly ip: string | null;
  /** As the client names it. */
  readonly device: string | null;
  /** Set where the guesser is signed in to this account already. */
  readonly userId?: string;
}

type Admission = Counted & { readonly tookAddress: boolean };

/** What a password turned out to be. */
export interface Proof {
  readonly correct: boolean;
  readonly user?: { readonly disabled: boolean } | undefined;
}

export interface AttemptsOptions {
  readonly store: AttemptStore<Counts>;
  readonly limits: AddressLimits;
  readonly audit: AuditStore;
  readonly database: Database;
  readonly clock: Clock;
  /** The server secret in use on all nodes. */
  readonly secret: () => string;
}

/** Milliseconds: whoever would be told to wait no longer than this just waits. */
const SHORT = 1_000;
/** What says nothing of a password: there was no room to hash it, or nobody to ask. */
const UNTOLD: ReadonlySet<unknown> = new Set(['RATE_LIMITED', 'STORE_UNAVAILABLE']);
/** Attempts at one account from one place that wait for each other on a node. */
const LINE = 100;

/**
 * Limits attempts at passwords by account, by address and by both, over all nodes. Each counts as failed
 * from before its hash is computed until it has succeeded.
 */
export class Attempts {
  readonly #counts: AccountCounts;
  readonly #keys: KeyMaker;
  readonly #turns = new Turns();
  readonly #refusals: Refusals;
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#counts = new AccountCounts(options.store, options.clock);
    this.#keys = new KeyMaker(options.secret);
    this.#refusals = new Refusals(options.clock);
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
      async (counted) => {
        const proof = await this.#orGiveBack(prove, () => this.#giveBack(counted, keys));
        if (proof.correct) await this.#succeed(counted, keys, proof);
        return proof;
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
    if (first) await this.#tell({ ip });
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
    const wait = this.#refusals.left(line);
    if (wait !== undefined) throw tooMany(wait);
    let isNews = false;
    for (let patient = true; ;) {
      const verdict = await this.#count(guesser, keys);
      if (verdict.admitted) return verdict;
      isNews ||= verdict.news;
      // What is under way may yet succeed, and then there is room: many may sign in at once.
      if (await this.#turns.anyOver(line)) continue;
      if (!patient || verdict.wait > SHORT) {
        this.#refusals.add(line, verdict.wait);
        if (isNews) await this.#tell(guesser);
        throw tooMany(verdict.wait);
      }
      patient = false;
      await delay(verdict.wait);
    }
  }

  /** By account and by address at once: one round trip, where the account has no failures. */
  async #count({ email, ip, userId }: Guesser, keys: Keys): Promise<Admission | Uncounted> {
    const signedIn = userId !== undefined;
    const address = signedIn ? undefined : keys.address;
    const asked = { keys, email, signedIn };
    if (address === undefined) {
      const counted = await this.#counts.count(asked);
      return counted.admitted ? { ...counted, tookAddress: false } : counted;
    }
    const { store, limits } = this.#options;
    const closed = this.#refusals.left(address);
    if (closed !== undefined && !(await store.knows(keys.account, placesOf(keys)))) {
      return { admitted: false, wait: closed, news: false };
    }
    const [counted, taken] = await Promise.all([this.#counts.count(asked), limits.take(address)]);
    const tookAddress = taken.wait === undefined;
    if (taken.first) await this.#tell({ ip });
    if (!counted.admitted) {
      if (tookAddress) await limits.giveBack(address);
      return counted;
    }
    // Whom the account knows at this place is not held up by others who try there.
    if (taken.wait === undefined || counted.known) return { ...counted, tookAddress };
    this.#refusals.add(address, taken.wait);
    await this.#counts.giveBack(counted);
    return { admitted: false, wait: taken.wait, news: false };
  }

  /** The log and the counts are not worth a sign-in that went well. */
  async #succeed(counted: Admission, keys: Keys, { user }: Proof): Promise<void> {
    const { store, limits } = this.#options;
    const places = placesOf(keys);
    const isNews = places.some((place) => !counted.lately.has(place));
    this.#refusals.delete(lineOf(keys));
    await Promise.allSettled([
      this.#counts.succeed(counted),
      counted.tookAddress && keys.address !== undefined && limits.giveBack(keys.address),
      isNews && user?.disabled !== true && store.learn(counted.account, places),
    ]);
  }

  async #giveBack(counted: Admission, { address }: Keys): Promise<void> {
    await this.#counts.giveBack(counted);
    if (counted.tookAddress && address !== undefined) await this.#options.limits.giveBack(address);
  }

  async #orGiveBack<T>(work: () => Promise<T>, giveBack: () => Promise<void>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (UNTOLD.has(findPortcullisError(error)?.code)) await giveBack().catch(() => undefined);
      throw error;
    }
  }

  async #tell({ ip, userId }: Pick<Guesser, 'ip' | 'userId'>): Promise<void> {
    const { audit, database } = this.#options;
    const detail = 'too many attempts';
    const event = { type: 'session.refused', actorId: userId, userId, ip, detail } as const;
    await database.read((db) => audit.append(db, event)).catch(() => undefined);
  }
}
