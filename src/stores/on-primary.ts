/**
 * A condition that is true on a primary and fails on a standby, which does not know yet what was
 * revoked. As a query of its own it is asked once, before any row is looked for: a statement that
 * finds none must fail too, lest a session that has not arrived there passes for one that is over.
 */
export const ON_PRIMARY = '(SELECT pg_current_wal_lsn()) IS NOT NULL';
