import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Source } from '../freshness/rule.js';
import { within } from '../support/within.js';

/** What a node tells of itself when it is asked. */
export interface Observed {
  /** Milliseconds since the feed's mark; undefined where there is none. */
  readonly feedAge: () => number | undefined;
  readonly denylistSize: () => number;
  /** Undefined where nobody is told of what happens. */
  readonly webhooks?: ObservedWebhooks | undefined;
}

export interface ObservedWebhooks {
  /** Attempts by how they ended, since the start. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Messages of all nodes; the age of the oldest that waits in milliseconds. */
  figures(): Promise<Figures>;
}

interface Figures {
  readonly waiting: number;
  readonly dead: number;
  readonly oldest: number;
}

/** Milliseconds that a scrape waits for figures from the database; after that it goes without. */
const PATIENCE = 1_000;

/** Seconds: from what a check takes to what the bounds of fields say. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600];

/** The figures of a node, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #staleness: Record<Source | 'store', { observe(seconds: number): void }>;
  #observed: Observed | undefined;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const histogram = new Histogram({
      name: 'portcullis_decision_staleness_seconds',
      help: 'Age of the knowledge by which a guarded field was passed, by its source.',
      labelNames: ['source'],
      buckets: BUCKETS,
      registers,
    });
    const of = (source: Source | 'store') => histogram.labels(source);
    this.#staleness = {
      issue: of('issue'),
      check: of('check'),
      mark: of('mark'),
      store: of('store'),
    };
    const observed = () => this.#observed;
    new Gauge({
      name: 'portcullis_feed_age_seconds',
      help: 'Time since the moment up to which this node has seen every revocation.',
      registers,
      collect() {
        this.set((observed()?.feedAge() ?? NaN) / 1_000);
      },
    });
    new Gauge({
      name: 'portcullis_denylist_entries',
      help: 'Revocations of sessions and users that this node keeps in memory.',
      registers,
      collect() {
        this.set(observed()?.denylistSize() ?? 0);
      },
    });
    observeWebhooks(registers, () => observed()?.webhooks);
  }

  /** A guarded field was passed. @param staleness milliseconds */
  passed = (source: Source | 'store', staleness: number): void => {
    this.#staleness[source].observe(Math.max(0, staleness) / 1_000);
  };

  /** From when on there is a node to look at. */
  observe(observed: Observed): void {
    this.#observed = observed;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

function observeWebhooks(
  registers: Registry[],
  observed: () => ObservedWebhooks | undefined,
): void {
  // Both gauges of a scrape ask for them at the same moment.
  let asked: Promise<Figures | undefined> | undefined;
  const figures = () =>
    (asked ??= within(
      PATIENCE,
      observed()?.figures() ?? Promise.resolve(undefined),
      () => new Error('late'),
    )
      .catch(() => undefined)
      .finally(() => {
        asked = undefined;
      }));
  new Counter({
    name: 'portcullis_webhook_deliveries_total',
    help: 'Attempts of this node to deliver a message, by outcome: delivered, failed or dead.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(observed()?.outcomes ?? {})) {
        this.inc({ outcome }, count);
      }
    },
  });
  new Gauge({
    name: 'portcullis_webhook_messages',
    help: 'Messages of all nodes, by state: waiting or dead.',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await figures();
      this.reset();
      if (!now) return;
      this.set({ state: 'waiting' }, now.waiting);
      this.set({ state: 'dead' }, now.dead);
    },
  });
  new Gauge({
    name: 'portcullis_webhook_oldest_seconds',
    help: 'Age of the oldest message that waits, of all nodes.',
    registers,
    async collect() {
      this.set(((await figures())?.oldest ?? NaN) / 1_000);
    },
  });
}
