import type { Config } from '../config/index.js';
import type { Database } from '../database/index.js';
import { OutboxStore, UserStore } from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import { WebhookDeliveries, WebhookOutbox, cleanUpDeliveries } from '../webhooks/index.js';
import type { LogLines } from './log.js';

/** Undefined where nobody is to be told. */
export function createOutbox(config: Config, clock: Clock): WebhookOutbox | undefined {
  const { webhooks: settings, issuer } = config;
  if (!settings) return undefined;
  return new WebhookOutbox({
    ...{ settings, issuer },
    store: new OutboxStore(clock),
    users: new UserStore(clock),
  });
}

export interface WebhooksOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly database: Database;
  readonly log: LogLines;
  readonly outbox: WebhookOutbox | undefined;
}

/** The messages of a node to receivers. */
export interface Webhooks {
  readonly deliveries: WebhookDeliveries | undefined;
  cleanUp(): Promise<number>;
}

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { config, clock, database, log, outbox } = options;
  const store = new OutboxStore(clock);
  const settings = config.webhooks;
  const deliveries =
    settings &&
    new WebhookDeliveries({
      ...{ settings, clock, database, store },
      warn: (facts, message) => log.warn(facts, message),
    });
  outbox?.onWritten(() => deliveries?.wake());
  return { deliveries, cleanUp: () => cleanUpDeliveries(database, store) };
}
