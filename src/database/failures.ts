import { PortcullisError, storeUnavailable } from '../errors/portcullis-error.js';

/** SQLSTATEs with names (PostgreSQL, appendix A). */
export const SQLSTATE = {
  UNIQUE_VIOLATION: '23505',
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK_DETECTED: '40P01',
  READ_ONLY_TRANSACTION: '25006',
  NOT_IN_PREREQUISITE_STATE: '55000',
  INSUFFICIENT_PRIVILEGE: '42501',
  LOCK_NOT_AVAILABLE: '55P03',
  QUERY_CANCELED: '57014',
  NO_SUCH_PREPARED_STATEMENT: '26000',
  DUPLICATE_PREPARED_STATEMENT: '42P05',
  /** A pooler says so of start-up parameters that it does not know. */
  PROTOCOL_VIOLATION: '08P01',
} as const;

/** Classes and codes that say "not now" rather than "not so". */
const UNAVAILABLE_CLASSES = new Set(['01', '08', '53', '57', '58', 'XX']);
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set([
  SQLSTATE.SERIALIZATION_FAILURE,
  SQLSTATE.DEADLOCK_DETECTED,
  SQLSTATE.READ_ONLY_TRANSACTION,
  // A standby, asked for what only a primary knows.
  SQLSTATE.NOT_IN_PREREQUISITE_STATE,
  SQLSTATE.LOCK_NOT_AVAILABLE,
]);

/** What may be known of a refused statement: never its text, its values or the driver's message. */
export class StatementError extends Error {
  override readonly name = 'StatementError';

  constructor(
    readonly sqlState: string,
    readonly constraint: string | undefined,
  ) {
    super(`PostgreSQL refused a statement (${sqlState}${constraint ? `, ${constraint}` : ''})`);
  }
}

/** The SQLSTATE of a driver's error; undefined where the database did not answer at all. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof StatementError) return error.sqlState;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
    ? code
    : undefined;
}

/**
 * Turns what the driver or the pool threw into an error of ours: STORE_UNAVAILABLE when the database
 * could not answer, StatementError when it refused, anything that is not the database's as it is.
 */
export function translateFailure(error: unknown): unknown {
  if (error instanceof PortcullisError || error instanceof StatementError) return error;
  if (!(error instanceof Error)) return storeUnavailable();
  const state = sqlStateOf(error);
  if (state !== undefined && 'severity' in error) {
    if (UNAVAILABLE_CLASSES.has(state.slice(0, 2)) || UNAVAILABLE_CODES.has(state)) {
      return storeUnavailable(new Error(`PostgreSQL answered ${state}`));
    }
    const { constraint } = error as { constraint?: unknown };
    return new StatementError(state, typeof constraint === 'string' ? constraint : undefined);
  }
  return isConnectionTrouble(error) ? storeUnavailable(new Error(connectionTrouble(error))) : error;
}

const NETWORK_CODES = /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_|NOTFOUND|NOENT|ACCES)/;
/** pg and tarn have no codes for these; the texts are those of pg 8 and tarn 3. */
const DRIVER_TEXTS =
  /timeout|Connection terminated|not queryable|Client was closed|acquir|aborted|pool|socket|SSL|server does not support/i;

function isConnectionTrouble(error: Error): boolean {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && NETWORK_CODES.test(code)) return true;
  if (error.name === 'AggregateError') return true;
  return !isProgrammingError(error) && DRIVER_TEXTS.test(error.message);
}

function isProgrammingError(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function connectionTrouble(error: Error): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string'
    ? `the database connection failed (${code})`
    : 'the database did not answer';
}
