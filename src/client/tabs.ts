import type { Grant } from './grant.js';
import type { Platform } from './platform.js';
import type { AuthEventType, EndReason } from './types.js';

/** A grant whose times count from when it was sent. */
type SentGrant = Omit<Grant, 'expiresAt'> & { readonly remaining: number };

export type TabMessage =
  | { readonly kind: 'ask' }
  | { readonly kind: 'grant'; readonly grant: SentGrant; readonly isNew: boolean }
  | {
      readonly kind: 'end';
      readonly sessionId: string;
      readonly type: AuthEventType;
      readonly reason: EndReason | null;
    };

export interface TabListener {
  readonly onAsked: () => void;
  readonly onGrant: (grant: Grant, isNew: boolean) => void;
  readonly onEnd: (sessionId: string, type: AuthEventType, reason: EndReason | null) => void;
}

/** The other tabs of this browser. */
export interface Tabs {
  /** Asks the others for what they know, and gives them a moment to answer. */
  ask(): Promise<void>;
  tell(grant: Grant, isNew: boolean): void;
  tellEnd(sessionId: string, type: AuthEventType, reason: EndReason | null): void;
  /** One tab after another, as far as that can be had. Answers how to let the next one in. */
  readonly turn: () => Promise<() => void>;
  close(): void;
}

/** Milliseconds for which a tab waits for another that refreshes; then it asks for itself, which harms nobody. */
const PATIENCE = 2_000;
/** Milliseconds that a message takes from tab to tab, usually; and those for which an answer is waited for. */
const HEARD = 30;
const ANSWERED = 100;

export function openTabs(platform: Platform, name: string, listener: TabListener): Tabs {
  const { now, after } = platform;
  const channel = platform.openChannel(name, (message) => hear(message as TabMessage));
  const post = (message: TabMessage) => channel?.post(message);
  let heard: (() => void) | undefined;
  const moment = (ms: number) =>
    new Promise<void>((resolve) => {
      heard = resolve;
      after(ms, resolve);
    });
  const hear = (message: TabMessage) => {
    if (message.kind === 'ask') listener.onAsked();
    else if (message.kind === 'end')
      listener.onEnd(message.sessionId, message.type, message.reason);
    else {
      const { remaining, ...others } = message.grant;
      listener.onGrant({ ...others, expiresAt: now() + remaining }, message.isNew);
      heard?.();
    }
  };
  return {
    ask: async () => {
      if (!channel) return;
      post({ kind: 'ask' });
      await moment(ANSWERED);
    },
    tell: ({ expiresAt, ...others }, isNew) =>
      post({ kind: 'grant', grant: { ...others, remaining: expiresAt - now() }, isNew }),
    tellEnd: (sessionId, type, reason) => post({ kind: 'end', sessionId, type, reason }),
    turn: async () => {
      const began = now();
      const release = await platform.lock(name, PATIENCE);
      // Who was before has told what it got; that may arrive after the lock.
      if (channel && now() > began + 5) await moment(HEARD);
      return release;
    },
    close: () => channel?.close(),
  };
}
