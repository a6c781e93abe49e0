import type { WebhookSettings } from '../config/index.js';
import type { Database } from '../database/index.js';
import type { OutboxFigures, OutboxStore } from '../stores/index.js';
import { Courier } from './courier.js';
import type { CourierOptions, Outcome } from './courier.js';
import { GIVE_UP_AFTER, KEPT_DEAD } from './schedule.js';

export interface DeliveriesOptions extends Omit<CourierOptions, 'url' | 'keys' | 'onOutcome'> {
  readonly settings: WebhookSettings;
}

/** Delivers what waits, whichever node wrote it. */
export class WebhookDeliveries {
  readonly outcomes: Record<Outcome, number> = { delivered: 0, failed: 0, dead: 0 };
  readonly #options: DeliveriesOptions;
  readonly #couriers: readonly Courier[];

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    const { settings, ...parts } = options;
    const onOutcome = (outcome: Outcome) => (this.outcomes[outcome] += 1);
    this.#couriers = settings.urls.map(
      (url) => new Courier({ ...parts, url, keys: settings.keys, onOutcome }),
    );
  }

  start(): void {
    for (const courier of this.#couriers) courier.start();
  }

  wake(): void {
    for (const courier of this.#couriers) courier.wake();
  }

  /** What waits and what was given up, of all nodes. @throws PortcullisError STORE_UNAVAILABLE */
  figures(): Promise<OutboxFigures> {
    return this.#options.database.read((db) => this.#options.store.figures(db));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.stop()));
  }
}

/**
 * One bounded step, also where no webhooks are set: there may have been. Answers how much it touched.
 */
export function cleanUpDeliveries(database: Database, store: OutboxStore): Promise<number> {
  const what = { age: GIVE_UP_AFTER, retention: KEPT_DEAD, batch: 1_000 };
  return database.read((db) => store.cleanUp(db, what));
}
