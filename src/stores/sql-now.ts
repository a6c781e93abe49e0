import type { Knex } from 'knex';
import type { Clock } from '../support/clock.js';

/**
 * "Now" for a statement: the database's clock, which all nodes share, so that a node whose own clock
 * is wrong neither ends nor extends a session. A test's clock takes its place.
 */
export function sqlNow(db: Knex, clock: Clock): Knex.Raw {
  return db.raw('coalesce(?::timestamptz, clock_timestamp())', [clock.forDatabase()]);
}

/**
 * "Now" for a comparison: a moment that stays the same for the whole statement, which an index can be
 * searched by. By one that could change with every row, a clean-up read each table to its end: 2 s of a
 * million sessions.
 */
export function sqlNowOnce(db: Knex, clock: Clock): Knex.Raw {
  return db.raw('(SELECT coalesce(?::timestamptz, clock_timestamp()))', [clock.forDatabase()]);
}
