import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import { PortcullisError } from '../errors/portcullis-error.js';
import type { Database } from '../database/index.js';
import type { UserRecord, UserStore } from '../stores/index.js';

export interface ProfilesOptions {
  /** Milliseconds for which a profile is remembered: the life of an access token. */
  readonly ttl: number;
  /** Default 10,000. */
  readonly max?: number;
}

/**
 * The accounts of callers who ask for themselves, as they were at most one token's life ago: `me` is an
 * @auth field, so it costs no I/O and goes on while the database is away.
 */
export class Profiles {
  readonly #known: LRUCache<string, UserRecord>;
  readonly #loader: DataLoader<string, UserRecord>;

  constructor(database: Database, users: UserStore, options: ProfilesOptions) {
    this.#known = new LRUCache({ max: options.max ?? 10_000, ttl: options.ttl });
    this.#loader = new DataLoader(
      async (ids) => {
        const found = await database.read((db) => users.findMany(db, [...new Set(ids)]));
        const byId = new Map(found.map((user) => [user.id, user]));
        return ids.map((id) => byId.get(id) ?? gone());
      },
      { cache: false, batchScheduleFn: (dispatch) => setImmediate(dispatch) },
    );
  }

  async get(userId: string): Promise<UserRecord> {
    const known = this.#known.get(userId);
    if (known) return known;
    const user = await this.#loader.load(userId);
    this.#known.set(userId, user);
    return user;
  }

  /** What was just read anyway, at sign-in or refresh. */
  put(user: UserRecord): void {
    this.#known.set(user.id, user);
  }

  forget(userId: string): void {
    this.#known.delete(userId);
  }
}

function gone(): Error {
  return new PortcullisError('UNAUTHENTICATED', 'SESSION_REVOKED');
}
