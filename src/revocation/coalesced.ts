import DataLoader from 'dataloader';
import { PortcullisError } from '../errors/portcullis-error.js';
import { within } from '../support/within.js';

/** Milliseconds after which a read counts as impossible. */
const DEADLINE = 800;

/** Reads for all who ask in the same tick by one statement, within a bound. */
export class Coalesced<K, V> {
  readonly #loader: DataLoader<K, V>;

  /** @param read answers in the order of the keys, which may repeat */
  constructor(read: (keys: readonly K[]) => Promise<readonly V[]>, deadline = DEADLINE) {
    const late = () => new Error('the check took too long');
    // One deadline, and one timer, for all who ask together.
    this.#loader = new DataLoader((keys) => within(deadline, read(keys), late), {
      // Nothing is remembered between batches: a memo that outlives a request would answer for others.
      cache: false,
      maxBatchSize: 5_000,
      // After all that the event loop has read was executed up to its question; the loader's own schedule is sooner.
      batchScheduleFn: (dispatch) => setImmediate(dispatch),
    });
  }

  /** @throws PortcullisError AUTH_CHECK_UNAVAILABLE when the store does not answer in time. */
  async read(key: K): Promise<V> {
    try {
      return await this.#loader.load(key);
    } catch (cause) {
      throw new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', { cause });
    }
  }
}
