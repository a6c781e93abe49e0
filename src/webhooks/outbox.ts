import type { WebhookSettings } from '../config/index.js';
import { afterCommit } from '../database/index.js';
import type { Executor } from '../database/index.js';
import type { AuditOutbox, OutboxStore, UserStore, WrittenEvent } from '../stores/index.js';
import { messageOf, toldAs } from './message.js';
import { receiverOf } from './receiver.js';

export interface OutboxOptions {
  readonly settings: WebhookSettings;
  readonly issuer: string;
  readonly store: OutboxStore;
  readonly users: UserStore;
}

/**
 * Puts down what receivers are to be told, in the transaction of the deed: either both happen or neither.
 * A deed that ends many sessions is one message.
 */
export class WebhookOutbox implements AuditOutbox {
  readonly #options: OutboxOptions;
  readonly #receivers: readonly string[];
  readonly #listeners = new Set<() => void>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#receivers = options.settings.urls.map(receiverOf);
  }

  /** Told whenever something new waits, once it is committed. */
  onWritten(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async write(db: Executor, events: readonly WrittenEvent[]): Promise<void> {
    const { settings, store, issuer } = this.#options;
    const told = events.flatMap((event) => {
      const name = toldAs(event.type);
      return name !== undefined && settings.events.includes(name) ? [{ name, event }] : [];
    });
    if (told.length === 0) return;
    const subjectOf = await this.#subjects(db, events);
    const deliveries = told.flatMap(({ name, event }) => {
      const body = messageOf(name, event, { issuer, subjectOf });
      return this.#receivers.map((receiver) => ({ receiver, messageId: `msg_${event.id}`, body }));
    });
    await store.add(db, deliveries);
    afterCommit(db, () => {
      for (const listener of this.#listeners) listener();
    });
  }

  /** As tokens call users: a team's own are not called by our ids. */
  async #subjects(db: Executor, events: readonly WrittenEvent[]) {
    const ids = new Set(events.flatMap(({ userId, actorId }) => [userId, actorId]));
    const known = [...ids].filter((id) => id != null);
    const users = known.length === 0 ? [] : await this.#options.users.findMany(db, known);
    const subjects = new Map(users.map(({ id, externalId }) => [id, externalId ?? id]));
    return (id: string) => subjects.get(id) ?? id;
  }
}
