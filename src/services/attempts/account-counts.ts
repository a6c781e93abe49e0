import { findPortcullisError } from '../../errors/index.js';
import { MemoryRegister } from '../../stores/index.js';
import type { AttemptRecord, AttemptRegister, AttemptStore } from '../../stores/index.js';
import type { Clock } from '../../support/clock.js';
import type { Keys } from './keys.js';
import { NO_ATTEMPTS, givenBack, judge, succeeded } from './rules.js';
import type { Counts, From } from './rules.js';

/** Each time somebody else was faster, an attempt was counted: their number has bounds. */
const TRIES = 20;

export interface Asked {
  readonly keys: Keys;
  readonly email: string;
  /** Whoever is signed in proves a password again: where the session is, the account is known. */
  readonly signedIn: boolean;
}

/** An attempt that was counted as failed, until it is told otherwise. */
export interface Counted {
  readonly admitted: true;
  readonly account: string;
  /** For which place it was counted. */
  readonly from: From;
  /** The account was signed in from there before. */
  readonly known: boolean;
  /** Places that need not be learnt again today. */
  readonly lately: ReadonlySet<string>;
  readonly counts: Counts;
  readonly version: string;
  readonly register: AttemptRegister<Counts>;
}

/** Milliseconds to wait, and whether the log should hear of it. */
export interface Uncounted {
  readonly admitted: false;
  readonly wait: number;
  readonly news: boolean;
}

/** Counts attempts by account and place, over all nodes; on this node alone while their store is away. */
export class AccountCounts {
  readonly #memory = new MemoryRegister<Counts>();

  constructor(
    private readonly store: AttemptStore<Counts>,
    private readonly clock: Clock,
  ) {}

  async count(asked: Asked): Promise<Counted | Uncounted> {
    try {
      return await this.#count(this.store, asked);
    } catch (error) {
      if (findPortcullisError(error)?.code !== 'STORE_UNAVAILABLE') throw error;
      return this.#count(this.#memory, asked);
    }
  }

  succeed(counted: Counted): Promise<void> {
    return this.#change(counted, (counts) => succeeded(counts, counted.from, this.#now()));
  }

  giveBack(counted: Counted): Promise<void> {
    return this.#change(counted, (counts) => givenBack(counts, counted.from));
  }

  async #count(register: AttemptRegister<Counts>, asked: Asked): Promise<Counted | Uncounted> {
    const { keys, email, signedIn } = asked;
    const { account, atAddress, atDevice } = keys;
    const places = atDevice === undefined ? [atAddress] : [atDevice, atAddress];
    const home = { place: (signedIn && atDevice) || atAddress, known: signedIn };
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      // Most accounts have no counts, and then this is the only round trip.
      const first = judge(NO_ATTEMPTS, home, this.#now()).counts ?? NO_ATTEMPTS;
      const record = await register.open({ account, email, places, first });
      const known = signedIn ? home.place : places.find((place) => record.known[place]);
      const facts = { ...this.#factsOf(record, known !== undefined), account, register };
      if (record.made) return { ...facts, from: home, counts: first, version: record.version };
      const from = known === undefined ? home : { place: known, known: true };
      const verdict = judge(record.counts, from, this.#now());
      const { counts } = verdict;
      if (!verdict.admitted && !counts) return verdict;
      const version = await register.replace(account, record.version, counts);
      if (version === undefined) continue;
      if (!verdict.admitted) return verdict;
      return { ...facts, from, counts: verdict.counts, version };
    }
    return { admitted: false, wait: 1_000, news: false };
  }

  #factsOf(record: AttemptRecord<Counts>, known: boolean) {
    const lately = Object.entries(record.known).filter(([, place]) => place.lately);
    return { admitted: true, known, lately: new Set(lately.map(([place]) => place)) } as const;
  }

  async #change(
    { account, counts, version, register }: Counted,
    change: (counts: Counts) => Counts | undefined,
  ): Promise<void> {
    let found: { counts: Counts; version: string } | undefined = { counts, version };
    for (let attempt = 1; found && attempt <= TRIES; attempt += 1) {
      if (await register.replace(account, found.version, change(found.counts))) return;
      found = await register.read(account);
    }
  }

  #now(): number {
    return Math.round(this.clock.now());
  }
}
