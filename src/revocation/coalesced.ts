import DataLoader from 'dataloader';
import { PortcullisError } from '../errors/portcullis-error.js';
import { within } from '../support/within.js';

/** Milliseconds after which a read counts as impossible. */
const DEADLINE = 800;

/** Answers in the order of the keys, which may repeat. */
type ReadAll<K, V> = (keys: readonly K[]) => Promise<readonly V[]>;

/** Reads for all who ask in the same tick by one statement, within a bound. */
export class Coalesced<K, V> {
  readonly #read: ReadAll<K, V>;
  readonly #loader: DataLoader<K, V>;

  constructor(read: ReadAll<K, V>, deadline = DEADLINE) {
    const late = () => new Error('the check took too long');
    // One deadline, and one timer, for all who ask together.
    this.#read = (keys) => within(deadline, read(keys), late);
    this.#loader = new DataLoader(this.#read, {
      // Nothing is remembered between batches: a memo that outlives a request would answer for others.
      cache: false,
      maxBatchSize: 5_000,
      // After all that the event loop has read was executed up to its question; the loader's own schedule is sooner.
      batchScheduleFn: (dispatch) => setImmediate(dispatch),
    });
  }

  /** @throws PortcullisError AUTH_CHECK_UNAVAILABLE when the store does not answer in time. */
  read(key: K): Promise<V> {
    return this.#loader.load(key).catch(unavailable);
  }

  /** For those who have gathered already: one statement, at once. @throws as `read` does. */
  readAll(keys: readonly K[]): Promise<readonly V[]> {
    return this.#read(keys).catch(unavailable);
  }
}

function unavailable(cause: unknown): never {
  throw new PortcullisError('AUTH_CHECK_UNAVAILABLE', 'STORE_UNAVAILABLE', { cause });
}
