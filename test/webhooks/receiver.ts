import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from '../support/until.js';

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test knows what it was sent
  readonly body: Record<string, any>;
}

type Answer = (response: ServerResponse, received: Received) => void;
const OK: Answer = (response) => response.writeHead(204).end();

/** Whoever is told, on a real port. */
export class Receiver {
  readonly received: Received[] = [];
  /** How it answers from now on. */
  answer: Answer = OK;
  readonly #server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const text = bytes.toString();
      const { headers } = request;
      const received = { headers, text, body: JSON.parse(text) as Received['body'] };
      this.received.push(received);
      this.answer(response, received);
    });
  });

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`;
  }

  /** What it was told of the log's events of this type, once there are as many. */
  async told(type: string, count = 1): Promise<Received[]> {
    const found = () =>
      this.received.filter(
        ({ body }) => (body['data'] as Received['body'])['audit_event'].type === type,
      );
    await until(() => found().length >= count, 20_000);
    return found();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
