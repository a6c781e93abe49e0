import type { Grant } from './grant.js';
import type { Platform } from './platform.js';
import type { EndReason } from './types.js';

/** What one tab tells the others: which of these, and what it is given. */
export type TabMessage = {
  readonly [Kind in keyof TabListener]: readonly [Kind, ...Parameters<TabListener[Kind]>];
}[keyof TabListener];

export interface TabListener {
  readonly ask: () => void;
  /** On its way `expiresAt` counts from when it was sent: every tab has a clock of its own. */
  readonly grant: (grant: Grant, isNew: boolean) => void;
  readonly end: (sessionId: string, reason: EndReason | null) => void;
}

/** The other tabs of this browser. */
export interface Tabs {
  /** Asks the others for what they know, and gives them a moment to answer. */
  ask(): Promise<void>;
  tell(grant: Grant, isNew: boolean): void;
  tellEnd(sessionId: string, reason: EndReason | null): void;
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
  const hear: TabListener = {
    ...listener,
    grant: (grant, isNew) => {
      listener.grant({ ...grant, expiresAt: now() + grant.expiresAt }, isNew);
      heard?.();
    },
  };
  const channel = platform.openChannel(name);
  if (channel) {
    channel.onmessage = ({ data }) => {
      const [kind, ...told] = data as TabMessage;
      (hear[kind] as (...given: typeof told) => void)(...told);
    };
  }
  const post = (...message: TabMessage) => channel?.postMessage(message);
  let heard: (() => void) | undefined;
  const moment = (ms: number) =>
    new Promise<void>((resolve) => {
      heard = resolve;
      after(ms, resolve);
    });
  return {
    ask: async () => {
      if (!channel) return;
      post('ask');
      await moment(ANSWERED);
    },
    tell: (grant, isNew) => post('grant', { ...grant, expiresAt: grant.expiresAt - now() }, isNew),
    tellEnd: (...end) => post('end', ...end),
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
