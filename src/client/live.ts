import type { Grant } from './grant.js';
import type { Keeper } from './keeper.js';
import type { Cancel, Platform } from './platform.js';
import type {
  AuthClientOptions,
  EndReason,
  GraphQLFailure,
  WebSocketConstructor,
  WebSocketLike,
} from './types.js';

export interface LiveOptions {
  readonly keeper: Keeper;
  readonly platform: Platform;
  readonly endpoint: string;
  readonly options: Pick<AuthClientOptions, 'liveEndpoint' | 'webSocketImpl'>;
}

/** A message of graphql-transport-ws, as far as it is read. */
interface Message {
  readonly type: string;
  readonly payload?: {
    readonly data?: { readonly sessionEnded?: { sessionId: string; reason: EndReason } | null };
    readonly errors?: readonly GraphQLFailure[];
  };
}

export const SESSION_ENDED = 'subscription SessionEnded { sessionEnded { sessionId reason at } }';

/** Milliseconds. */
const BACK_OFF = { first: 500, most: 30_000 };
const PING_EVERY = 20_000;
/** The socket's token has expired, or its session is over. */
const FORBIDDEN = 4403;

/** Hears from the server when the session ends, for as long as somebody is signed in. */
export class Live {
  readonly #options: LiveOptions;
  #socket: WebSocketLike | undefined;
  #sessionId: string | undefined;
  #cancel: Cancel = () => undefined;
  #failures = 0;
  readonly #undo: Cancel[];

  constructor(options: LiveOptions) {
    this.#options = options;
    const { keeper, platform } = options;
    this.#undo = [
      keeper.subscribe(() => this.#follow()),
      platform.onWake(() => {
        if (this.#socket) this.#ping();
        else this.#follow();
      }),
    ];
    this.#follow();
  }

  stop(): void {
    for (const undo of this.#undo) undo();
    this.#close();
  }

  #follow(): void {
    const { grant } = this.#options.keeper;
    if (this.#sessionId !== grant?.session.id) this.#close();
    this.#sessionId = grant?.session.id;
    if (grant && !this.#socket) this.#open(grant);
  }

  #close(): void {
    this.#cancel();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#failures = 0;
    socket?.close(1000);
  }

  #open(grant: Grant): void {
    this.#cancel();
    const { keeper, endpoint, options } = this.#options;
    const WebSocket =
      options.webSocketImpl ??
      (globalThis as unknown as { WebSocket?: WebSocketConstructor }).WebSocket;
    // Without one the next request finds out.
    if (!WebSocket) return;
    const url = (options.liveEndpoint ?? endpoint).replace(/^http/, 'ws');
    const socket = new WebSocket(url, 'graphql-transport-ws');
    this.#socket = socket;
    const send = (type: string, payload?: object, id?: string) =>
      socket.send(JSON.stringify({ type, payload, id }));
    const { accessToken } = grant;
    socket.onopen = () => send('connection_init', accessToken ? { accessToken } : {});
    socket.onerror = () => undefined;
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (this.#socket !== socket) return;
      const { type, payload } = JSON.parse(String(data)) as Message;
      if (type === 'ping') send('pong');
      if (type === 'pong') this.#watch();
      if (type === 'connection_ack') {
        this.#failures = 0;
        send('subscribe', { query: SESSION_ENDED }, '1');
        this.#watch();
      }
      const ended = payload?.data?.sessionEnded;
      if (ended && ended.sessionId === keeper.grant?.session.id) {
        keeper.end(ended.reason);
      }
    };
    socket.onclose = ({ code }: { readonly code: number }) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      // Whether it is the session or the token that is over, the server says to whoever renews.
      if (code === FORBIDDEN) {
        keeper.token(0, grant).then(
          () => this.#later(true),
          () => this.#later(false),
        );
      } else this.#later(false);
    };
  }

  #later(atOnce: boolean): void {
    const { platform } = this.#options;
    const longest = Math.min(BACK_OFF.first * 2 ** this.#failures, BACK_OFF.most);
    this.#failures += 1;
    const isFirst = atOnce && this.#failures === 1;
    this.#cancel();
    this.#cancel = platform.after(isFirst ? 0 : longest * (0.5 + platform.random() / 2), () =>
      this.#follow(),
    );
  }

  /** A connection that has died in silence is noticed by what it does not answer. */
  #watch(): void {
    this.#cancel();
    this.#cancel = this.#options.platform.after(PING_EVERY, () => this.#ping());
  }

  #ping(): void {
    const socket = this.#socket;
    this.#cancel();
    this.#cancel = this.#options.platform.after(PING_EVERY / 2, () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      socket?.close(1000);
      this.#later(true);
    });
    try {
      socket?.send('{"type":"ping"}');
    } catch {
      // It is not open yet: the alarm is set.
    }
  }
}
