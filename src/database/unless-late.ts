import type { Executor } from './database.js';
import { SQLSTATE, sqlStateOf } from './failures.js';

/**
 * Does what a transaction can do without, and gives it up after so many milliseconds of a statement; the
 * transaction goes on.
 * @returns null where it was given up
 */
export async function unlessLate<T>(
  trx: Executor,
  milliseconds: number,
  work: (inner: Executor) => Promise<T>,
): Promise<T | null> {
  const set = (db: Executor, bound: string) =>
    db.raw("SELECT set_config('statement_timeout', ?, true)", [bound]);
  const { rows } = await trx.raw<{ rows: { bound: string }[] }>(
    "SELECT current_setting('statement_timeout') AS bound",
  );
  try {
    // A savepoint: what was given up takes its bound along.
    return await trx.transaction(async (inner) => {
      await set(inner, String(milliseconds));
      const found = await work(inner);
      await set(inner, rows[0]?.bound ?? '0');
      return found;
    });
  } catch (error) {
    if (sqlStateOf(error) !== SQLSTATE.QUERY_CANCELED) throw error;
    return null;
  }
}
