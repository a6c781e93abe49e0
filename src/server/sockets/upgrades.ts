import { ServerResponse } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** A request to go on in another protocol, not answered yet. */
interface Upgrade {
  readonly socket: Duplex;
  /** What came behind the request. */
  readonly head: Buffer;
  readonly response: ServerResponse;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/**
 * Requests for a WebSocket go the way of any other: through the hooks and the route, which answers or
 * takes the socket over. So addresses, ids, phases and errors are the same.
 */
export function routeUpgrades(app: FastifyInstance): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isHandshake = request.headers.upgrade?.toLowerCase() === 'websocket';
    if (!isHandshake || request.method !== 'GET') {
      ignoreUpgrade(app.server, request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as never);
    response.on('finish', () => socket.end(() => socket.destroy()));
    upgrades.set(request, { socket, head, response });
    app.routing(request, response);
  });
}

export function isUpgrade(request: IncomingMessage): boolean {
  return upgrades.has(request);
}

/** Takes the socket over; nobody will answer the request any more. */
export function takeSocket(request: IncomingMessage): Omit<Upgrade, 'response'> {
  const upgrade = upgrades.get(request);
  if (!upgrade) throw new Error('no request for an upgrade');
  const { socket, head, response } = upgrade;
  upgrades.delete(request);
  response.detachSocket(socket as never);
  return { socket, head };
}

/**
 * Some clients offer HTTP/2 with every request (Java's, curl's). Whoever listens for upgrades gets those
 * too, without their bodies; they are put back into the connection, as what they are without the offer.
 */
function ignoreUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (/^(connection|upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
