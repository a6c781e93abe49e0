import type { Grant } from './grant.js';
import type { Channel, Platform } from './platform.js';
import type { AuthEventType, EndReason } from './types.js';

/** A grant whose times count from when it was sent. */
type SentGrant = Omit<Grant, 'expiresAt' | 'authenticatedAt'> & {
  readonly remaining: number;
  readonly age: number;
};

export type TabMessage =
  | { readonly kind: 'ask' }
  | { readonly kind: 'grant'; readonly grant: SentGrant; readonly isNew: boolean }
  | {
      readonly kind: 'end';
      readonly sessionId: string;
      readonly type: AuthEventType;
      readonly reason: EndReason | null;
    };

export interface TabsOptions {
  readonly platform: Platform;
  readonly name: string;
  readonly onAsked: () => void;
  readonly onGrant: (grant: Grant, isNew: boolean) => void;
  readonly onEnd: (sessionId: string, type: AuthEventType, reason: EndReason | null) => void;
}

/** Milliseconds for which a tab waits for another that refreshes; then it asks for itself, which harms nobody. */
const PATIENCE = 2_000;
/** Milliseconds that a message takes from tab to tab at most, usually. */
const HEARD = 30;

/** The other tabs of this browser. */
export class Tabs {
  readonly #options: TabsOptions;
  readonly #channel: Channel | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
    const { platform, name } = options;
    this.#channel = platform.openChannel(name, (message) => this.#hear(message as TabMessage));
  }

  /** Asks the others for what they know, and gives them a moment to answer. */
  async ask(): Promise<void> {
    if (!this.#channel) return;
    this.#channel.post({ kind: 'ask' } satisfies TabMessage);
    await this.#moment();
  }

  tell(grant: Grant, isNew: boolean): void {
    const { expiresAt, authenticatedAt, ...others } = grant;
    const now = this.#options.platform.now();
    const sent = { ...others, remaining: expiresAt - now, age: now - authenticatedAt };
    this.#channel?.post({ kind: 'grant', grant: sent, isNew } satisfies TabMessage);
  }

  tellEnd(sessionId: string, type: AuthEventType, reason: EndReason | null): void {
    this.#channel?.post({ kind: 'end', sessionId, type, reason } satisfies TabMessage);
  }

  /** One tab after another, as far as that can be had. Answers how to let the next one in. */
  async turn(): Promise<() => void> {
    const { platform, name } = this.#options;
    const began = platform.now();
    const release = await platform.lock(name, PATIENCE);
    // Who was before has told what it got; that may arrive after the lock.
    if (this.#channel && platform.now() > began + 5) await this.#moment();
    return release;
  }

  close(): void {
    this.#channel?.close();
  }

  #moment(): Promise<void> {
    return new Promise((resolve) => this.#options.platform.after(HEARD, resolve));
  }

  #hear(message: TabMessage): void {
    const { onAsked, onGrant, onEnd, platform } = this.#options;
    if (message.kind === 'ask') onAsked();
    else if (message.kind === 'end') onEnd(message.sessionId, message.type, message.reason);
    else {
      const now = platform.now();
      const { remaining, age, ...others } = message.grant;
      onGrant({ ...others, expiresAt: now + remaining, authenticatedAt: now - age }, message.isNew);
    }
  }
}
