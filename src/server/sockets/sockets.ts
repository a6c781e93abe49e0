import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLSchema, parse } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { PortcullisError } from '../../errors/index.js';
import type { Log } from '../log.js';
import type { Node } from '../node.js';
import { answerBadHandshake } from '../unrouted.js';
import { applyBackpressure } from './backpressure.js';
import { Connection } from './connection.js';
import type { SocketFacts } from './connection.js';
import { Heartbeat } from './heartbeat.js';
import { LIMITS } from './limits.js';
import type { SocketLimits } from './limits.js';
import { Places } from './places.js';
import { takeSocket } from './upgrades.js';

interface Extra {
  readonly connection: Connection;
}

const INVALID_MESSAGE = [4400, 'Invalid message received'] as const;

/** The protocol's machinery gets what an operation came to, as if it had executed this. */
const DONE: ExecutionArgs = { schema: new GraphQLSchema({}), document: parse('{ __typename }') };

/** All sockets of a server. They speak the sub-protocol graphql-transport-ws. */
export class Sockets {
  readonly #log: Log;
  readonly #limits: SocketLimits;
  readonly #acceptor: WebSocketServer;
  readonly #heartbeat: Heartbeat;
  readonly #connections = new Set<Connection>();
  readonly #places: Places;
  readonly #protocol: ReturnType<typeof createProtocol>;
  #draining = false;

  constructor(log: Log, limits: SocketLimits = LIMITS) {
    this.#log = log;
    this.#limits = limits;
    const options = {
      noServer: true,
      clientTracking: false,
      maxPayload: limits.message,
      closeTimeout: limits.handshake,
      handleProtocols,
    };
    this.#acceptor = new WebSocketServer(options).on('wsClientError', answerBadHandshake);
    this.#places = new Places(limits);
    this.#heartbeat = new Heartbeat(limits.heartbeat);
    this.#protocol = createProtocol(limits);
  }

  /** Takes a request for an upgrade over. @throws PortcullisError RATE_LIMITED. */
  accept(request: FastifyRequest, reply: FastifyReply, node: Node, facts: SocketFacts): void {
    const isFull = this.#connections.size >= this.#limits.sockets;
    const leave = isFull ? undefined : this.#places.ofNobody.take(facts.origin.ip ?? '');
    if (!leave) throw new PortcullisError('RATE_LIMITED', 'TOO_MANY_ATTEMPTS', { retryAfter: 1 });
    reply.hijack();
    const { socket: stream, head } = takeSocket(request.raw);
    stream.on('close', leave);
    this.#acceptor.handleUpgrade(request.raw, stream, head, (socket) => {
      applyBackpressure(socket, stream, this.#limits.untaken);
      const options = { socket, node, facts, limits: this.#limits, places: this.#places };
      this.#serve(socket, new Connection({ ...options, onSignedIn: leave }));
      const { id: requestId } = request;
      socket.on('close', (code) => {
        this.#log.info({ requestId, code, ms: Math.round(reply.elapsedTime) }, 'socket');
      });
    });
  }

  /** Nothing new is begun, what is under way is answered, and every socket is closed with 1001. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#heartbeat.stop();
    await Promise.all([...this.#connections].map((connection) => connection.leave()));
  }

  #serve(socket: WebSocket, connection: Connection): void {
    this.#connections.add(connection);
    this.#heartbeat.watch(socket);
    // ws closes with the code that fits: too large, malformed, not UTF-8.
    socket.on('error', () => undefined);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data: Buffer) => {
            // One that comes this late was never begun; the client asks another server.
            if (this.#draining) return;
            take(data.toString()).catch(() => socket.close(...INVALID_MESSAGE));
          }),
      },
      { connection },
    );
    socket.on('close', (code, reason) => {
      this.#connections.delete(connection);
      void closed(code, reason.toString());
    });
  }
}

function createProtocol(limits: SocketLimits) {
  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.silence,
    onConnect: ({ extra, connectionParams }) => extra.connection.admit(connectionParams),
    onSubscribe: async ({ extra }, _id, request) => {
      const outcome = await extra.connection.operate(request);
      if (outcome.kind === 'refused') return outcome.errors;
      const contextValue = outcome.kind === 'stream' ? outcome.events : outcome.result;
      return { ...DONE, contextValue };
    },
    execute: ({ contextValue }) => contextValue as ExecutionResult | AsyncIterable<ExecutionResult>,
  });
}

/** Settles when the other end has taken it, so that a slow one is sent no more than it takes. */
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((sent, failed) => {
    if (socket.readyState !== socket.OPEN) sent();
    else socket.send(text, (error) => (error ? failed(error) : sent()));
  });
}
