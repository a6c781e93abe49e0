import type { Database } from '../../database/index.js';
import type { AddressLimits, AttemptStore, AuditStore } from '../../stores/index.js';
import type { Clock } from '../../support/clock.js';
import { AccountCounts } from './account-counts.js';
import type { Counted, Uncounted } from './account-counts.js';
import { placesOf } from './keys.js';
import type { Keys } from './keys.js';
import type { Refusals } from './refusals.js';
import type { Counts } from './rules.js';

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

export interface AdmissionParts {
  readonly store: AttemptStore<Counts>;
  readonly limits: AddressLimits;
  readonly audit: AuditStore;
  readonly database: Database;
  readonly clock: Clock;
  /** Told of what could not be written down. */
  readonly warn: (facts: object, message: string) => void;
}

/** An attempt that may be executed: by account and place, and by address. */
export interface Admission extends Counted {
  readonly keys: Keys;
  readonly tookAddress: boolean;
}

/** Counts attempts wherever they are counted, and takes back what turned out otherwise. */
export class Admissions {
  readonly #counts: AccountCounts;
  readonly #parts: AdmissionParts;
  readonly #refusals: Refusals;

  constructor(parts: AdmissionParts, refusals: Refusals) {
    this.#parts = parts;
    this.#refusals = refusals;
    this.#counts = new AccountCounts(parts.store, parts.clock);
  }

  /** By account and by address at once: one round trip, where the account has no failures. */
  async count({ email, ip, userId }: Guesser, keys: Keys): Promise<Admission | Uncounted> {
    const signedIn = userId !== undefined;
    const address = signedIn ? undefined : keys.address;
    const asked = { keys, email, signedIn };
    if (address === undefined) {
      const counted = await this.#counts.count(asked);
      return counted.admitted ? { ...counted, keys, tookAddress: false } : counted;
    }
    const { store, limits } = this.#parts;
    const closed = this.#refusals.left(address);
    if (closed !== undefined && !(await store.knows(keys.account, placesOf(keys)))) {
      return { admitted: false, wait: closed, news: false };
    }
    const [counted, taken] = await Promise.all([this.#counts.count(asked), limits.take(address)]);
    const tookAddress = taken.wait === undefined;
    if (taken.first) await this.tell({ ip });
    if (!counted.admitted) {
      if (tookAddress) await limits.giveBack(address);
      return counted;
    }
    // Whom the account knows at this place is not held up by others who try there.
    if (taken.wait === undefined || counted.known) return { ...counted, keys, tookAddress };
    this.#refusals.add(address, taken.wait);
    await this.#counts.giveBack(counted);
    return { admitted: false, wait: taken.wait, news: false };
  }

  /** @param welcome whether the account is known at this place from now on */
  async succeed(admission: Admission, welcome: boolean): Promise<void> {
    const { keys, lately, account } = admission;
    const places = placesOf(keys);
    const isNews = places.some((place) => !lately.has(place));
    // Counts that cannot be cleared now are not worth a sign-in that went well.
    await Promise.allSettled([
      this.#counts.succeed(admission),
      this.#giveAddressBack(admission),
      isNews && welcome && this.#parts.store.learn(account, places),
    ]);
  }

  async giveBack(admission: Admission): Promise<void> {
    await Promise.allSettled([this.#counts.giveBack(admission), this.#giveAddressBack(admission)]);
  }

  /** Writes into the log that somebody was refused. */
  async tell({ ip, userId }: Pick<Guesser, 'ip' | 'userId'>): Promise<void> {
    const { audit, database, warn } = this.#parts;
    const detail = 'too many attempts';
    const event = { type: 'session.refused', actorId: userId, userId, ip, detail } as const;
    await database
      .read((db) => audit.append(db, event))
      .catch(() => warn({ ip, userId }, 'a refusal of attempts is not in the audit log'));
  }

  async #giveAddressBack({ tookAddress, keys: { address } }: Admission): Promise<void> {
    if (tookAddress && address !== undefined) await this.#parts.limits.giveBack(address);
  }
}
