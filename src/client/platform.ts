import { within } from './ask.js';

export type Cancel = () => void;

export interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What a client needs of the machine that it runs on. What is missing there, it does without. */
export interface Platform {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** At once where that has passed; Infinity: about never. */
  readonly after: (ms: number, work: () => void) => Cancel;
  /** Tells that time may have passed unseen; `isLong`: it has, or the network was away. */
  onWake(listener: (isLong: boolean) => void): Cancel;
  /** Undefined where there are no other tabs. */
  openChannel(name: string): Channel | undefined;
  /** Settles when nobody else holds it, or after so many milliseconds all the same. */
  lock(name: string, patience: number): Promise<Cancel>;
  /** Of the page. */
  readonly href: string | undefined;
}

type Listener = (event: { readonly persisted?: boolean }) => unknown;

interface Events {
  addEventListener(type: string, work: Listener, until: { readonly signal: AbortSignal }): void;
}

/** What of a browser's globals is used; each may be missing. */
interface Globals extends Partial<Events> {
  readonly document?: Events & { readonly visibilityState: string };
  readonly location?: { readonly href: string };
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly navigator?: {
    readonly locks?: {
      request(
        name: string,
        options: { signal: AbortSignal | undefined },
        work: () => Promise<void>,
      ): Promise<unknown>;
    };
  };
}

/** The longest that a timer can be set to. */
const LONGEST = 2 ** 31 - 1;
/** How often to look whether the machine slept, and after how long it has; milliseconds. */
const LOOK = 15_000;
const SLEPT = 2 * LOOK;

/** The globals of a page, or of whatever this runs in. @param tabs whether there may be others */
export function hostPlatform(tabs: boolean): Platform {
  const host = globalThis as unknown as Globals;
  const { document, location } = host;
  const now = () => performance.now();
  const after = (ms: number, work: () => void): Cancel => {
    const timer: unknown = setTimeout(work, Math.min(ms, LONGEST));
    // A program that has nothing else to do may end.
    (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as number);
  };
  const isPage = tabs && document;
  return {
    href: location?.href,
    now,
    after,
    random: Math.random,
    onWake: (listener) => {
      const abort = new AbortController();
      const on = (target: Partial<Events> | undefined, type: string, work: Listener) =>
        target?.addEventListener?.(type, work, abort);
      on(host, 'online', () => listener(true));
      on(host, 'pageshow', ({ persisted }) => persisted && listener(true));
      on(
        document,
        'visibilitychange',
        () => document?.visibilityState === 'visible' && listener(false),
      );
      // The monotonic clock of some systems stands still in sleep: the calendar says that it is time to ask.
      let last = Date.now();
      let cancel: Cancel;
      const look = () => {
        if (Date.now() - last > SLEPT) listener(true);
        last = Date.now();
        cancel = after(LOOK, look);
      };
      look();
      return () => {
        abort.abort();
        cancel();
      };
    },
    openChannel: (name) =>
      isPage && host.BroadcastChannel ? new host.BroadcastChannel(name) : undefined,
    lock: (name, patience) =>
      new Promise((acquired) => {
        const free = () => acquired(() => undefined);
        // A tab that was frozen with the lock in its hands would hold up all others for ever.
        const signal = within(patience);
        const hold = () => new Promise<void>((release) => acquired(release));
        const asked = isPage && host.navigator?.locks?.request(name, { signal }, hold);
        if (asked) asked.catch(free);
        else free();
      }),
  };
}
