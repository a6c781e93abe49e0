import type { Revocation } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import type { Denylist, RevocationInForce } from './denylist.js';

/** How far somebody has read. */
export interface LogPosition {
  /** Rises whenever the denylist is replaced. */
  readonly generation: number;
  /** How much was learnt in this generation. */
  readonly count: number;
}

interface Entry {
  /** Absent: news of another kind. */
  readonly revocation?: Revocation;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/** Sessions and users, of all entries together, that are kept. */
const KEPT = 10_000;

/**
 * What the denylist learnt last, in order, so that whoever has read up to a position is told what came
 * since. It is bounded: who is further behind reads the denylist itself.
 */
export class RevocationLog {
  readonly #clock: Clock;
  readonly #kept: number;
  /** By the count at which each was learnt. */
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: readonly (() => void)[];
  #size = 0;
  #generation = 1;
  #count = 0;

  /** @param kept sessions and users that it keeps. Default 10,000. */
  constructor(denylist: Denylist, clock: Clock, kept = KEPT) {
    this.#clock = clock;
    this.#kept = kept;
    this.#stopListening = [
      denylist.onAdded((revocation, remaining) =>
        this.#append({ revocation, until: clock.monotonic() + remaining }),
      ),
      denylist.onReplaced(() => {
        this.#generation += 1;
        this.#entries.clear();
        this.#count = this.#size = 0;
        this.#tell();
      }),
    ];
  }

  get position(): LogPosition {
    return { generation: this.#generation, count: this.#count };
  }

  /** Moves the position on without a revocation: there is other news. */
  note(): void {
    this.#append({ until: 0 });
  }

  /** What was learnt after the position and can still stop a token; undefined when that is not known. */
  since({ generation, count }: LogPosition): RevocationInForce[] | undefined {
    const oldest = this.#count - this.#entries.size;
    if (generation !== this.#generation || count < oldest || count > this.#count) return undefined;
    const now = this.#clock.monotonic();
    const found: RevocationInForce[] = [];
    for (let at = count + 1; at <= this.#count; at += 1) {
      const { revocation, until = 0 } = this.#entries.get(at) ?? {};
      if (revocation && until > now) found.push({ revocation, remaining: until - now });
    }
    return found;
  }

  /** Told whenever the position has moved. Answers how to stop listening. */
  onMoved(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const stop of this.#stopListening) stop();
  }

  #append(entry: Entry): void {
    this.#count += 1;
    this.#entries.set(this.#count, entry);
    this.#size += sizeOf(entry.revocation);
    for (const [count, { revocation }] of this.#entries) {
      if (this.#size <= this.#kept) break;
      this.#entries.delete(count);
      this.#size -= sizeOf(revocation);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What an entry counts for. */
function sizeOf(revocation: Revocation | undefined): number {
  switch (revocation?.kind) {
    case 'sessions':
      return revocation.sessionIds.length;
    case 'users':
      return revocation.users.length;
    default:
      return 1;
  }
}
