import { within } from './ask.js';

export type Cancel = () => void;

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** What a client needs of the machine that it runs on. What is missing there, it does without. */
export interface Platform {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly after: (ms: number, work: () => void) => Cancel;
  /** Tells that time may have passed unseen; `isLong`: it has, or the network was away. */
  onWake(listener: (isLong: boolean) => void): Cancel;
  /** Undefined where there are no other tabs. */
  openChannel(name: string, onMessage: (message: unknown) => void): Channel | undefined;
  /** Settles when nobody else holds it, or after so many milliseconds all the same. */
  lock(name: string, patience: number): Promise<Cancel>;
  /** Of the page. */
  readonly href: string | undefined;
}

interface Events {
  addEventListener(
    type: string,
    listener: (event: { readonly persisted?: boolean }) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

/** What of a browser's globals is used; each may be missing. */
interface Globals extends Partial<Events> {
  readonly document?: Events & { readonly visibilityState: string };
  readonly location?: { readonly href: string };
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
/** How often to look whether the machine slept, and how much later than that says so; milliseconds. */
const LOOK = 15_000;
const LATE = 5_000;

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
  const isPage = tabs && document !== undefined;
  return {
    href: location?.href,
    now,
    after,
    random: Math.random,
    onWake: (listener) => {
      const abort = new AbortController();
      if (document) {
        const { signal } = abort;
        host.addEventListener?.('online', () => listener(true), { signal });
        host.addEventListener?.('pageshow', ({ persisted }) => persisted && listener(true), {
          signal,
        });
        document.addEventListener(
          'visibilitychange',
          () => document.visibilityState === 'visible' && listener(false),
          { signal },
        );
      }
      // The monotonic clock of some systems stands still in sleep: the calendar says that it is time to ask.
      let cancel: Cancel;
      const look = () => {
        const since = Date.now();
        cancel = after(LOOK, () => {
          if (Date.now() - since > LOOK + LATE) listener(true);
          look();
        });
      };
      look();
      abort.signal.addEventListener('abort', () => cancel());
      return () => abort.abort();
    },
    openChannel: (name, onMessage) => {
      if (!isPage || typeof BroadcastChannel === 'undefined') return undefined;
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }: { data: unknown }) => onMessage(data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    lock: (name, patience) =>
      new Promise((acquired) => {
        const free = () => acquired(() => undefined);
        const { locks } = host.navigator ?? {};
        if (!isPage || !locks) free();
        // A tab that was frozen with the lock in its hands would hold up all others for ever.
        else {
          locks
            .request(
              name,
              { signal: within(patience) },
              () => new Promise<void>((release) => acquired(release)),
            )
            .catch(free);
        }
      }),
  };
}
