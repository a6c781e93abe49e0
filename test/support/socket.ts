import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Answer } from './client.js';

/** A message of the protocol, as it came. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test knows what it asked for
  readonly payload?: any;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A socket without any client's manners. */
export class RawSocket {
  readonly messages: Message[] = [];
  readonly closed: Promise<Closed>;
  #wake: () => void = () => undefined;
  #taken = 0;
  #isClosed = false;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as Message);
      this.#wake();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => {
        this.#isClosed = true;
        resolve({ code, reason: reason.toString() });
        this.#wake();
      }),
    );
  }

  get stream(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: object): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The next message; fails when the socket closes instead. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.messages[this.#taken];
      if (message) {
        this.#taken += 1;
        return message;
      }
      if (this.#isClosed) throw new Error(`closed: ${JSON.stringify(await this.closed)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Everything up to the close that has not been taken. */
  async rest(): Promise<Message[]> {
    await this.closed;
    const rest = this.messages.slice(this.#taken);
    this.#taken = this.messages.length;
    return rest;
  }

  /** The one answer of a query or a mutation. */
  async ask(query: string, variables?: object): Promise<Pick<Answer, 'data' | 'errors'>> {
    const id = `ask ${this.messages.length} ${this.#taken}`;
    this.subscribe(id, query, variables);
    const { type, payload } = await this.next();
    if (type === 'error') return { errors: payload };
    await this.next();
    return payload as Pick<Answer, 'data' | 'errors'>;
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }
}

export interface OpenOptions {
  readonly headers?: Record<string, string>;
  readonly protocol?: string | undefined;
}

const PROTOCOL = 'graphql-transport-ws';

/** Opens a socket and says nothing. */
export async function openSocket(url: string, options: OpenOptions = {}): Promise<RawSocket> {
  const { headers = {}, protocol = PROTOCOL } = options;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol, { headers });
  const raw = new RawSocket(socket);
  await once(socket, 'open');
  return raw;
}

/** Opens a socket and introduces itself. Its close is what a refusal looks like. */
export async function connect(
  url: string,
  params?: Record<string, unknown>,
  options: OpenOptions = {},
): Promise<RawSocket> {
  const raw = await openSocket(url, options);
  raw.send({ type: 'connection_init', payload: params });
  const { type } = await raw.next();
  if (type !== 'connection_ack') throw new Error(`${type} instead of connection_ack`);
  return raw;
}

/** The status and the errors of a handshake that is refused. */
export async function refusedHandshake(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; errors: Answer['errors'] }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, PROTOCOL, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode?: number },
  ];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  const { errors } = JSON.parse(text) as Pick<Answer, 'errors'>;
  return { status: response.statusCode, errors };
}
