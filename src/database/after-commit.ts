import type { Knex } from 'knex';
import type { Executor } from './database.js';

/** Calls back once what the transaction did holds, and never where it is rolled back; outside of one, now. */
export function afterCommit(db: Executor, callback: () => void): void {
  const { isTransaction, executionPromise } = db as Executor & {
    executionPromise?: Knex.Transaction['executionPromise'];
  };
  if (isTransaction !== true || !executionPromise) callback();
  else executionPromise.then(callback, () => undefined);
}
