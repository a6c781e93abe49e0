import { createClient } from '../../../src/client/client.js';
import type { AuthClient } from '../../../src/client/auth-client.js';
import type { Cancel, Channel, Platform } from '../../../src/client/platform.js';
import type { AuthEvent, TokenStorage } from '../../../src/client/types.js';
import { Lock } from './lock.js';
import { ModelServer, idIn, responseOf } from './server.js';
import type { Told } from './server.js';

export type Kind = 'cookie' | 'web storage' | 'slow storage' | 'memory';

/** Something that happens at a time of its own: a request arrives, an answer, a message of another tab. */
interface Happening {
  readonly tab: number;
  /** Keeps the order of what has the same. */
  readonly line: string;
  readonly since: number;
  readonly happen: () => void;
  /** Undefined where it cannot be lost. */
  readonly lose?: () => void;
}

interface Alarm {
  readonly tab: number;
  readonly at: number;
  readonly ring: () => void;
  /** Milliseconds for which it was set. */
  readonly ms: number;
}

export interface Tab {
  readonly auth: AuthClient;
  readonly events: AuthEvent[];
  readonly wake: (isLong: boolean) => void;
  /** Sessions of which the server, or the user in this tab, has said that they are over. */
  readonly over: Set<string>;
  /** Refreshes without an answer yet. */
  refreshing: number;
  most: number;
}

/** Milliseconds after which the client gives up. */
const PATIENCE = 15_000;
/** Milliseconds that a storage takes at most. */
const STORED = 999;

/** One browser and a server, in which everything happens when it is told to. */
export class World {
  now = 0;
  isOnline = true;
  readonly server: ModelServer;
  readonly tabs = new Map<number, Tab>();
  /** Refreshes of tabs in which nobody is signed in. */
  uncalledFor = 0;
  /** Sessions whose last refresh the network has lost, or its answer: a later one may look like theft. */
  readonly lost = new Set<string>();
  readonly kept = new Map<string, string>();
  cookie: string | null = null;
  readonly #kind: Kind;
  #opened = 0;
  #happenings: Happening[] = [];
  #alarms: Alarm[] = [];
  readonly #lock = new Lock((tab, ms, ring) => this.#after(tab, ms, ring));
  readonly #channels = new Map<number, Channel>();
  #requests = 0;

  constructor(kind: Kind) {
    this.#kind = kind;
    this.server = new ModelServer(() => this.now, kind === 'cookie');
  }

  /** Whether there is nothing under way. */
  isQuiet(): boolean {
    return this.#happenings.length === 0;
  }

  /** Whether a tab will do anything by itself but give up waiting. */
  hasPlans(id: number): boolean {
    return this.#alarms.some(({ tab, ms }) => tab === id && ms !== PATIENCE && ms !== STORED);
  }

  /** Whose token the browser holds for all its tabs. */
  keptSession(): string | null {
    if (this.#kind === 'cookie') return this.cookie && idIn(this.cookie);
    const [kept = '{}'] = this.kept.values();
    return idIn((JSON.parse(kept) as { refreshToken?: string }).refreshToken ?? null) || null;
  }

  open(): void {
    const id = (this.#opened += 1);
    const listeners = new Set<(isLong: boolean) => void>();
    const events: AuthEvent[] = [];
    const auth = createClient(
      {
        endpoint: 'https://api.test/graphql',
        transport: this.#kind === 'cookie' ? 'cookie' : 'bearer',
        storage: this.#storage(id),
        fetch: ((input: Request | string, init?: RequestInit) =>
          this.#fetch(id, new Request(input, init))) as typeof fetch,
      },
      this.#platform(id, listeners),
    );
    auth.subscribe((event) => events.push(event));
    const wake = (isLong: boolean) => {
      for (const listener of listeners) listener(isLong);
    };
    this.tabs.set(id, { auth, events, wake, over: new Set(), refreshing: 0, most: 0 });
  }

  close(id: number): void {
    this.tabs.get(id)?.auth.dispose();
    this.tabs.delete(id);
    this.#happenings = this.#happenings.filter(({ tab }) => tab !== id);
    this.#alarms = this.#alarms.filter(({ tab }) => tab !== id);
    this.#lock.leave(id);
  }

  /** Has one of the things happen that may happen next, or keeps it from happening. */
  async next(choice: number, isLost = false): Promise<void> {
    const heads = this.#happenings.filter(
      ({ line }, at) => this.#happenings.findIndex((each) => each.line === line) === at,
    );
    const chosen = heads[choice % Math.max(heads.length, 1)];
    if (!chosen || (isLost && !chosen.lose)) return;
    this.#take(chosen);
    (isLost && chosen.lose ? chosen.lose : chosen.happen)();
    await this.settle();
  }

  /** Has the storage do all that it was given. */
  async stored(): Promise<void> {
    const isStoring = ({ line }: Happening) => line.startsWith('storage');
    let next: Happening | undefined;
    while ((next = this.#happenings.find(isStoring))) {
      this.#take(next)?.happen();
      await this.settle();
    }
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const next = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#alarms.splice(this.#alarms.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.ring();
      await this.settle();
    }
    this.now = end;
    for (const late of this.#happenings.filter(({ since }) => end - since > PATIENCE)) {
      this.#take(late);
      (late.lose ?? late.happen)();
    }
    await this.settle();
  }

  /** Lets everything run that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setImmediate(done));
  }

  #after(tab: number, ms: number, ring: () => void): Cancel {
    const alarm = { ...{ tab, ring, ms }, at: this.now + ms };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((each) => each !== alarm);
    };
  }

  #later(happening: Omit<Happening, 'since'>): Happening {
    const later = { ...happening, since: this.now };
    this.#happenings.push(later);
    return later;
  }

  #take(happening: Happening): Happening | undefined {
    const at = this.#happenings.indexOf(happening);
    return at < 0 ? undefined : this.#happenings.splice(at, 1)[0];
  }

  async #fetch(id: number, request: Request): Promise<Response> {
    const cookie = this.cookie;
    const askedAt = this.now;
    const tab = this.tabs.get(id);
    const isOut = tab?.auth.state.status === 'signed-out';
    const bearer = request.headers.get('authorization')?.slice('Bearer '.length) ?? null;
    const { query, variables } = (await request.json()) as {
      query: string;
      variables?: { refreshToken?: string | null; input?: { email: string } };
    };
    const asked = {
      query,
      bearer,
      refreshToken: variables?.refreshToken ?? cookie,
      email: variables?.input?.email ?? '',
    };
    const isRefresh = query.startsWith('mutation Refresh');
    if (isRefresh && isOut) this.uncalledFor += 1;
    if (isRefresh && tab) tab.most = Math.max(tab.most, (tab.refreshing += 1));
    const sessionId = idIn(asked.refreshToken);
    const answered = new Promise<Response>((resolve, reject) => {
      const line = `request ${(this.#requests += 1)}`;
      const fail = () => {
        if (isRefresh) this.lost.add(sessionId);
        reject(new TypeError('Failed to fetch'));
      };
      request.signal.addEventListener('abort', () => {
        if (this.now - askedAt >= PATIENCE) fail();
        else reject(new TypeError('Aborted'));
      });
      const arrive = () => {
        if (!this.isOnline) {
          fail();
          return;
        }
        const told = this.server.answer(asked);
        const happen = () => {
          if (request.signal.aborted) return;
          if (isRefresh && !('errors' in told.body)) this.lost.delete(sessionId);
          this.#deliver(id, told, idIn(bearer ?? asked.refreshToken));
          resolve(responseOf(told));
        };
        this.#later({ ...{ tab: id, line, happen }, lose: fail });
      };
      this.#later({ ...{ tab: id, line }, happen: arrive, lose: fail });
    });
    return answered.finally(() => {
      if (isRefresh && tab) tab.refreshing -= 1;
    });
  }

  #deliver(id: number, { cookie, body }: Told, sessionId: string): void {
    if (cookie !== undefined && this.#kind === 'cookie') this.cookie = cookie;
    const isFinal = /SESSION_REVOKED|ACCOUNT_DISABLED|REFRESH_/.test(JSON.stringify(body));
    if (isFinal) this.tabs.get(id)?.over.add(sessionId);
  }

  #storage(id: number): TokenStorage {
    const own = this.#kind === 'memory' ? new Map<string, string>() : this.kept;
    const soon = <T>(work: () => T): T | Promise<T> =>
      this.#kind !== 'slow storage'
        ? work()
        : new Promise((done) => {
            const happening = this.#later({
              ...{ tab: id, line: `storage ${id}` },
              happen: () => done(work()),
            });
            const ring = () => this.#take(happening)?.happen();
            this.#after(id, STORED, ring);
          });
    return {
      shared: this.#kind !== 'memory',
      get: (key) => soon(() => own.get(key)),
      set: (key, value) => soon(() => own.set(key, value)),
      remove: (key) => soon(() => own.delete(key)),
    };
  }

  #platform(id: number, listeners: Set<(isLong: boolean) => void>): Platform {
    return {
      now: () => this.now,
      random: () => 0.5,
      href: undefined,
      after: (ms, ring) => this.#after(id, ms, ring),
      onWake: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      openChannel: () => {
        const channel: Channel = {
          onmessage: null,
          postMessage: (message) => {
            const sent: unknown = structuredClone(message);
            for (const [to, other] of this.#channels) {
              if (to === id) continue;
              this.#later({
                tab: to,
                line: `${id} to ${to}`,
                happen: () => other.onmessage?.({ data: sent }),
              });
            }
          },
          close: () => this.#channels.delete(id),
        };
        this.#channels.set(id, channel);
        return channel;
      },
      lock: (_name, patience) => this.#lock.take(id, patience),
    };
  }
}
