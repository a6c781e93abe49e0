import type { WebSocket } from 'ws';

/** Finds peers that are gone without a word, and keeps what lies between from forgetting the others. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  readonly #sockets = new Set<WebSocket>();
  /** Pinged, and not heard of since. */
  readonly #silent = new WeakSet<WebSocket>();

  /** @param interval milliseconds between pings; a peer that does not answer one by the next is dead */
  constructor(interval: number) {
    this.#timer = setInterval(() => this.#beat(), interval);
    this.#timer.unref();
  }

  watch(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('pong', () => this.#silent.delete(socket));
    socket.on('close', () => this.#sockets.delete(socket));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    for (const socket of this.#sockets) {
      if (this.#silent.has(socket)) socket.terminate();
      this.#silent.add(socket);
      socket.ping();
    }
  }
}
