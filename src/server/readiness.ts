import type { Database } from '../database/index.js';
import { pendingMigrations } from '../database/index.js';
import type { Redis } from '../redis/index.js';
import { assertNever } from '../support/assert-never.js';
import type { Lifecycle } from './lifecycle.js';

export interface Readiness {
  readonly ready: boolean;
  readonly phase: Lifecycle['phase'];
  /** Why not, one entry for each thing that is missing. */
  readonly reasons: readonly string[];
}

export interface Needed {
  readonly database: Database;
  readonly redis: Redis | undefined;
}

/** Whether this server should get requests, and if not, why. */
export async function readiness(lifecycle: Lifecycle, needed: Needed): Promise<Readiness> {
  const { phase } = lifecycle;
  switch (phase) {
    case 'starting':
      return { ready: false, phase, reasons: [lifecycle.waitingFor] };
    case 'draining':
    case 'stopped':
      return { ready: false, phase, reasons: [`the server is ${phase}`] };
    case 'ready': {
      const reasons = await missing(needed);
      return { ready: reasons.length === 0, phase, reasons };
    }
    default:
      return assertNever(phase);
  }
}

async function missing({ database, redis }: Needed): Promise<string[]> {
  const [inDatabase, inRedis] = await Promise.all([missingIn(database), redis?.trouble()]);
  return inRedis === undefined ? inDatabase : [...inDatabase, inRedis];
}

/** Asked on a connection for checks, whose waits are short, so that the answer comes within a second. */
async function missingIn(database: Database): Promise<string[]> {
  try {
    const applied = await database.check<{ name: string }>(
      'portcullis_ready',
      'SELECT name FROM migrations',
      [],
    );
    const pending = await pendingMigrations(applied.map(({ name }) => name));
    return pending.map((name) => `migration ${name} is not applied`);
  } catch {
    return ['the database does not answer'];
  }
}
