import { STATUS_CODES } from 'node:http';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badInput, normalise } from '../errors/index.js';
import type { PortcullisError } from '../errors/index.js';
import { SECURE_HEADERS } from './headers.js';

/** Requests that no hook ever sees, since they cannot be read as far as that. */
interface Unread {
  readonly status: number;
  readonly error: PortcullisError;
}

const BAD: Unread = { status: 400, error: badInput('request', 'The request cannot be read.') };
const BY_CODE: ReadonlyMap<string | undefined, Unread> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', { status: 408, error: badInput('request', 'That took too long.') }],
  [
    'HPE_HEADER_OVERFLOW',
    {
      status: 431,
      error: badInput('headers', 'The URL and headers of the request are too large.'),
    },
  ],
]);

/** In GraphQL's shape. */
export function errorBody(error: PortcullisError): { readonly errors: readonly object[] } {
  return { errors: [normalise(error, { message: '', code: '' })] };
}

/** Answers bytes that are no HTTP. @param error of Node's parser */
export function answerUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) end(socket, BY_CODE.get(error.code) ?? BAD);
  socket.destroy(error);
}

/** A path that is no URL, as `/%`. The message of the framework would repeat it with its query. */
export function answerBadPath(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.code(400).headers({ 'x-request-id': request.id, ...SECURE_HEADERS });
  void reply.send(errorBody(badInput('url', 'This is not a URL.')));
}

/** This is no proxy. */
export function refuseConnect(server: Server): void {
  server.on('connect', (_request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    // Nobody reads what comes behind, so that the client's own end would never be noticed.
    socket.on('finish', () => socket.destroy());
    end(socket, { status: 405, error: badInput('method', 'This method is not served here.') });
  });
}

/** Answers a request for a WebSocket that lacks what RFC 6455, 4.2.1, asks for. */
export function answerBadHandshake(_error: Error, socket: Duplex): void {
  socket.once('finish', () => socket.destroy());
  const error = badInput('upgrade', 'This is no handshake of a WebSocket.');
  end(socket, { status: 400, error }, { 'sec-websocket-version': '13, 8' });
}

function end(socket: Duplex, { status, error }: Unread, more = {}): void {
  const body = JSON.stringify(errorBody(error));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...SECURE_HEADERS,
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const start = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  socket.end([start, ...lines, '', body].join('\r\n'));
}
