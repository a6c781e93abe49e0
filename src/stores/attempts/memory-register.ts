import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AttemptQuestion, AttemptRecord, AttemptRegister } from './attempt-store.js';

/** Of 10,000 accounts, the latest. */
const SIZE = 10_000;

/** This node's own counts, for while the store of all nodes does not answer. No place is known here. */
export class MemoryRegister<Counts extends object> implements AttemptRegister<Counts> {
  readonly #records = new LRUCache<string, { counts: Counts; version: string }>({ max: SIZE });

  open({ account, first }: AttemptQuestion<Counts>): Promise<AttemptRecord<Counts>> {
    const known = {};
    const found = this.#records.get(account);
    if (found) return Promise.resolve({ ...found, made: false, known });
    const record = { counts: first, version: randomUUID() };
    this.#records.set(account, record);
    return Promise.resolve({ ...record, made: true, known });
  }

  read(account: string): Promise<{ counts: Counts; version: string } | undefined> {
    return Promise.resolve(this.#records.get(account));
  }

  replace(
    account: string,
    version: string,
    counts: Counts | undefined,
  ): Promise<string | undefined> {
    if (this.#records.get(account)?.version !== version) return Promise.resolve(undefined);
    if (counts === undefined) {
      this.#records.delete(account);
      return Promise.resolve(version);
    }
    const next = randomUUID();
    this.#records.set(account, { counts, version: next });
    return Promise.resolve(next);
  }
}
