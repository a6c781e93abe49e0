import DataLoader from 'dataloader';
import type { Deps } from '../services/index.js';
import type { UserRecord } from '../stores/index.js';

/** One read for all accounts that a level of the answer mentions. Few operations mention any. */
export class Accounts {
  readonly #deps: Deps;
  #loader: DataLoader<string, UserRecord | undefined> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Undefined for one that is gone. */
  load(id: string): Promise<UserRecord | undefined> {
    this.#loader ??= new DataLoader(async (ids) => {
      const { database, users } = this.#deps;
      const found = await database.read((db) => users.findMany(db, ids));
      const byId = new Map(found.map((user) => [user.id, user]));
      return ids.map((each) => byId.get(each));
    });
    return this.#loader.load(id);
  }
}
