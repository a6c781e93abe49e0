import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/**
 * A client that goes on asking and takes no answers is not listened to until it has taken them: what
 * waits for it would grow without bound. (Of frames that ask for a pong, ws keeps count itself.)
 */
export function applyBackpressure(socket: WebSocket, stream: Duplex, bound: number): void {
  socket.on('message', () => {
    if (stream.writableLength > bound) socket.pause();
  });
  stream.on('drain', () => socket.resume());
}
