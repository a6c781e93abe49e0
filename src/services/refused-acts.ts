import { LRUCache } from 'lru-cache';
import type { Database } from '../database/index.js';
import type { AuditEvent, AuditStore } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { within } from '../support/within.js';
import type { AccessToken } from '../tokens/index.js';

/** Who was refused, and whence. */
interface RefusedCaller {
  readonly token: Pick<AccessToken, 'userId' | 'sessionId'>;
  readonly origin: { readonly ip: string | null };
}

export interface RefusedActsOptions {
  readonly database: Database;
  readonly audit: AuditStore;
  readonly clock: Clock;
  /** Told of what could not be written down. */
  readonly warn: (facts: object, message: string) => void;
}

/** Milliseconds in which one caller's refusals at one field are one event. */
const ONCE_IN = 60_000;
/** Callers and fields that are remembered. */
const REMEMBERED = 10_000;
/** Events that wait to be written; those beyond are counted as lost. */
const LONGEST_QUEUE = 1_000;
/** Milliseconds that a refusal waits for its event. */
const PATIENCE = 500;

/**
 * The audit log of what signed-in callers were refused. However much they ask, it is one row a minute for
 * each caller and field on a node, and one statement at a time for all of them.
 */
export class RefusedActs {
  readonly #options: RefusedActsOptions;
  readonly #last = new LRUCache<string, number>({ max: REMEMBERED });
  #waiting: { readonly key: string; readonly event: AuditEvent }[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: RefusedActsOptions) {
    this.#options = options;
  }

  /** Settles when it is written down, or could not be in time; undefined where it was already. Never rejects. */
  record(
    { token, origin }: RefusedCaller,
    coordinate: string,
    reason: string,
  ): Promise<void> | undefined {
    const { userId, sessionId } = token;
    const key = `${userId} ${coordinate} ${reason}`;
    const now = this.#options.clock.monotonic();
    if (now - (this.#last.get(key) ?? -Infinity) < ONCE_IN) return undefined;
    if (this.#waiting.length >= LONGEST_QUEUE) {
      this.#options.warn({ coordinate, userId }, 'a refused act is not in the audit log');
      return undefined;
    }
    this.#last.set(key, now);
    const who = { actorId: userId, userId, sessionId, ip: origin.ip };
    const event = { type: 'access.refused', ...who, detail: `${coordinate} ${reason}` } as const;
    this.#waiting.push({ key, event });
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return within(PATIENCE, this.#writing, () => new Error('late')).catch(() => undefined);
  }

  /** Settles when nothing waits any more. */
  async #write(): Promise<void> {
    const { database, audit, warn } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const events = batch.map(({ event }) => event);
        await database.read((db) => audit.appendAll(db, events));
      } catch (error) {
        // The next refusal of the kind is written instead.
        for (const { key } of batch) this.#last.delete(key);
        const facts = { why: (error as Error).message, events: batch.length };
        warn(facts, 'refused acts are not in the audit log');
      }
    }
  }
}
