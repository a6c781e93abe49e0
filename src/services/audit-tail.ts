import type { Database } from '../database/index.js';
import { PortcullisError, storeUnavailable } from '../errors/portcullis-error.js';
import { Waker } from '../revocation/index.js';
import type { Denylist } from '../revocation/index.js';
import { TAIL_PAGE, tailAuditEvents } from '../stores/index.js';
import type { AuditMark, AuditNews, AuditRecord } from '../stores/index.js';
import { EventQueue } from '../support/event-queue.js';

/** Milliseconds between the starts of two looks: at most, and at least. */
const INTERVAL = { most: 1_000, least: 50 };
/** Milliseconds that a follower gets to make room before it is given up. */
const PATIENCE = 1_000;

interface Follower {
  readonly queue: EventQueue<AuditRecord>;
  readonly wants: (event: AuditRecord) => boolean;
}

/** From the first follower to the last. */
interface Run {
  readonly waker: Waker;
  /** Settles when what comes next is not missed any more. */
  readonly begun: Promise<void>;
  over: boolean;
}

/**
 * The audit log as it grows, on all nodes. One reader for all who follow, as long as anybody does:
 * one statement a second, and one at once when this node hears of a revocation.
 */
export class AuditTail {
  readonly #database: Database;
  readonly #followers = new Set<Follower>();
  readonly #stopListening: () => void;
  #run: Run | undefined;

  constructor(database: Database, denylist: Denylist) {
    this.#database = database;
    this.#stopListening = denylist.onAdded(() => this.#run?.waker.wake());
  }

  /**
   * Every event that is committed from now on, once, in the order of the looks that found it. A
   * follower who is too slow gets RATE_LIMITED; after a failover of the database all get
   * STORE_UNAVAILABLE, since nobody can tell any more what they have missed.
   * @throws PortcullisError STORE_UNAVAILABLE.
   */
  async follow(wants: (event: AuditRecord) => boolean): Promise<EventQueue<AuditRecord>> {
    const queue = new EventQueue<AuditRecord>();
    const follower: Follower = { queue, wants };
    this.#followers.add(follower);
    queue.onOver(() => this.#leave(follower));
    this.#run ??= this.#begin();
    try {
      await this.#run.begun;
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }

  stop(): void {
    this.#stopListening();
    for (const { queue } of this.#followers) void queue.return();
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size > 0 || !this.#run) return;
    this.#run.over = true;
    this.#run.waker.wake();
    this.#run = undefined;
  }

  #begin(): Run {
    const waker = new Waker();
    const start = this.#read(undefined);
    const run: Run = { waker, begun: start.then(() => undefined), over: false };
    start.then(({ mark }) => this.#follow(run, mark)).catch(() => undefined);
    return run;
  }

  /** A look that fails is made again from where the last page ended: nothing is told twice. */
  async #follow(run: Run, from: AuditMark): Promise<void> {
    let seen = from;
    let page: AuditNews | undefined;
    const isOver = () => run.over;
    while (!isOver()) {
      await run.waker.sleep(INTERVAL.most, INTERVAL.least);
      try {
        do {
          if (isOver()) return;
          page = await this.#read(seen, page);
          if (page.mark.timeline !== seen.timeline) {
            this.#lost();
            return;
          }
          for (const event of page.events) this.#hand(event);
          await this.#room();
        } while (page.events.length === TAIL_PAGE);
        seen = page.mark;
        page = undefined;
      } catch {
        // The database is away; the followers wait.
      }
    }
  }

  #hand(event: AuditRecord): void {
    for (const { queue, wants } of this.#followers) {
      if (wants(event) && !queue.push(event)) queue.fail(tooSlow());
    }
  }

  #lost(): void {
    for (const { queue } of this.#followers) queue.fail(storeUnavailable());
  }

  /** A burst is no reason to give a follower up, as long as it takes what it gets. */
  async #room(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)));
    await Promise.race([Promise.all([...this.#followers].map(({ queue }) => queue.room())), late]);
    clearTimeout(timer);
  }

  #read(seen: AuditMark | undefined, page?: AuditNews): Promise<AuditNews> {
    return this.#database.read((db) => tailAuditEvents(db, seen, page));
  }
}

function tooSlow(): PortcullisError {
  return new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', {
    message: 'Events came faster than they were taken.',
    retryAfter: 1,
  });
}
