export type Cancel = () => void;

/** `wake`: time may have passed unseen. `online`: the network is back. `resumed`: so is a frozen page. */
export type Wake = 'wake' | 'online' | 'resumed';

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** What a client needs of the machine that it runs on. What is missing there, it does without. */
export interface Platform {
  /** Milliseconds that never go back. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
  after(ms: number, work: () => void): Cancel;
  onWake(listener: (wake: Wake) => void): Cancel;
  /** Undefined where there are no other tabs. */
  openChannel(name: string, onMessage: (message: unknown) => void): Channel | undefined;
  /** Settles when nobody else holds it, or after so many milliseconds all the same. */
  lock(name: string, patience: number): Promise<Cancel>;
  /** Of the page. */
  readonly href: string | undefined;
}

interface Events {
  addEventListener(type: string, listener: (event: { persisted?: boolean }) => void): void;
  removeEventListener(type: string, listener: (event: { persisted?: boolean }) => void): void;
}

/** What of a browser's globals is used; each may be missing. */
interface Globals extends Partial<Events> {
  readonly document?: Events & { readonly visibilityState: string };
  readonly location?: { readonly href: string };
  readonly navigator?: {
    readonly locks?: {
      request(
        name: string,
        options: { signal: AbortSignal },
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
      const undo: Cancel[] = [];
      const on = (target: Partial<Events>, type: string, wake: (event: { persisted?: boolean }) => Wake | undefined) => {
        const heard = (event: { persisted?: boolean }) => {
          const what = wake(event);
          if (what) listener(what);
        };
        target.addEventListener?.(type, heard);
        undo.push(() => target.removeEventListener?.(type, heard));
      };
      if (document) {
        on(host, 'online', () => 'online');
        on(host, 'pageshow', ({ persisted }) => (persisted ? 'resumed' : undefined));
        on(document, 'visibilitychange', () =>
          document.visibilityState === 'visible' ? 'wake' : undefined,
        );
      }
      let cancel: Cancel;
      // The monotonic clock of some systems stands still meanwhile: the calendar's only says that it is time to ask.
      const look = (since: number) => {
        if (Date.now() - since > LOOK + LATE) listener('resumed');
        const from = Date.now();
        cancel = after(LOOK, () => look(from));
      };
      look(Date.now());
      return () => {
        cancel();
        undo.forEach((each) => each());
      };
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
        if (!isPage || !locks) return free();
        const abort = new AbortController();
        // A tab that was frozen with the lock in its hands would hold up all others for ever.
        const cancel = after(patience, () => {
          abort.abort();
          free();
        });
        locks
          .request(name, { signal: abort.signal }, () => {
            cancel();
            return new Promise<void>((release) => acquired(release));
          })
          .catch(free);
      }),
  };
}
