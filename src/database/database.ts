import knex from 'knex';
import type { Knex } from 'knex';
import type pg from 'pg';
import { SQLSTATE, sqlStateOf, translateFailure } from './failures.js';
import { BOUNDS, CHECK_BOUNDS, createPool } from './pool.js';
import { TextStatement } from './text-statement.js';

/** Where a store's statement runs: on its own, or inside a transaction. */
export type Executor = Knex;

const ATTEMPTS = 4;
/** Connections; what runs on them is sent for many at once. */
const BY_ID = 4;

/** Knex would print the driver's own words to the console; failures are thrown, and logged from there. */
export const silent = {
  warn: () => undefined,
  error: () => undefined,
  deprecate: () => undefined,
  debug: () => undefined,
};

/** The one way to the database; whatever goes wrong comes out as an error of ours. */
export class Database {
  /** For connections outside the pools. */
  readonly url: string;
  readonly #pool: pg.Pool;
  /** Slots of their own: a flood of log-ins cannot take the checks' connections. */
  readonly #checks: pg.Pool;
  readonly #byId: pg.Pool;
  readonly #knex: Knex;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Whether statements keep their names: behind a pooler each may meet another connection. */
  #named = true;

  constructor(url: string, options: { connections?: number; checkConnections?: number } = {}) {
    this.url = url;
    this.#pool = createPool(url, { max: options.connections ?? 10, bounds: BOUNDS });
    const checks = options.checkConnections ?? 2;
    this.#checks = createPool(url, { max: checks, bounds: CHECK_BOUNDS, byId: true });
    this.#byId = createPool(url, { max: BY_ID, bounds: BOUNDS, byId: true });
    this.#knex = knex({
      client: 'pg',
      connectionPool: this.#pool,
      compileSqlOnError: false,
      log: silent,
    });
  }

  /** @throws PortcullisError STORE_UNAVAILABLE, StatementError. */
  read<T>(work: (db: Executor) => Promise<T>): Promise<T> {
    return this.#tracked(async () => {
      try {
        return await work(this.#knex);
      } catch (error) {
        throw translateFailure(error);
      }
    });
  }

  /**
   * Runs the work in one transaction, again from the start when PostgreSQL chose it as the victim of
   * a deadlock. The work must therefore do nothing but talk to the database.
   * @throws PortcullisError STORE_UNAVAILABLE (the outcome is unknown when the commit was cut),
   * StatementError, and whatever the work throws.
   */
  transaction<T>(work: (trx: Executor) => Promise<T>): Promise<T> {
    return this.#tracked(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#knex.transaction(work);
        } catch (error) {
          if (attempt === ATTEMPTS || !isRetryable(error)) throw translateFailure(error);
        }
      }
    });
  }

  /** One statement as it stands, with `$1` and so on for its values. @throws as `read` does. */
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#tracked(async () => {
      try {
        return (await this.#pool.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw translateFailure(error);
      }
    });
  }

  /**
   * One prepared statement that finds rows by their ids, named where that holds: it is planned once per
   * connection. @throws as `read` does.
   */
  byId<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.#prepared(name, (named) => rowsOf<Row>(this.#byId, { name: named, text, values }));
  }

  /** The same on a connection that is kept for checks. */
  check<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.#prepared(name, (named) =>
      rowsOf<Row>(this.#checks, { name: named, text, values }),
    );
  }

  /** The same of a statement that answers one text; undefined where there is no row. */
  checkText(name: string, text: string, values: (string | null)[]): Promise<string | undefined> {
    return this.#prepared(name, (named) =>
      textOf(this.#checks, new TextStatement(named, text, values)),
    );
  }

  /** @param run with the statement's name, which is '' where names do not hold */
  #prepared<T>(name: string, run: (name: string) => Promise<T>): Promise<T> {
    return this.#tracked(async () => {
      try {
        if (!this.#named) return await run('');
        return await run(name).catch((error: unknown) => {
          if (!isNameTrouble(error)) throw error;
          this.#named = false;
          return run('');
        });
      } catch (error) {
        throw translateFailure(error);
      }
    });
  }

  /** Waits for what is under way: a pool that is ended while it connects never ends. */
  async close(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#knex.destroy();
    await Promise.all([this.#pool.end(), this.#checks.end(), this.#byId.end()]);
  }

  #tracked<T>(work: () => Promise<T>): Promise<T> {
    const promise = work().finally(() => this.#underWay.delete(promise));
    this.#underWay.add(promise);
    return promise;
  }
}

async function rowsOf<Row extends object>(
  pool: pg.Pool,
  statement: pg.QueryConfig,
): Promise<Row[]> {
  return (await pool.query<Row>(statement)).rows;
}

/** The pool answers what the statement calls back; its types know of the driver's own statements alone. */
function textOf(pool: pg.Pool, statement: TextStatement): Promise<string | undefined> {
  return pool.query(statement) as unknown as Promise<string | undefined>;
}

function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === SQLSTATE.DEADLOCK_DETECTED || state === SQLSTATE.SERIALIZATION_FAILURE;
}

/** The server's connection is not the one on which the name was given. */
function isNameTrouble(error: unknown): boolean {
  const state = sqlStateOf(error);
  return (
    state === SQLSTATE.NO_SUCH_PREPARED_STATEMENT || state === SQLSTATE.DUPLICATE_PREPARED_STATEMENT
  );
}
