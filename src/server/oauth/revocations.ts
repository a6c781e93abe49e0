import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { PortcullisError, badInput, storeUnavailable } from '../../errors/index.js';
import type { LifecycleRef } from '../lifecycle.js';
import type { Node } from '../node.js';
import { entityTag, positionIn } from './entity-tag.js';
import { NodeRevocations } from './node-revocations.js';
import type { WaitingRoom } from './waiting-room.js';

/** Seconds for which a request may be held. */
const LONGEST_WAIT = 30;

/**
 * `GET /revocations`: what this node has learnt since the asker's entity tag, or everything in force. It
 * says how old the node's mark is, and for how long it held the request: the asker's own mark is then the
 * moment of its sending, plus `held`, minus `markAge`, and never too new, whatever the network took.
 */
export function revocationsRoute(lifecycle: LifecycleRef, room: WaitingRoom): RouteHandlerMethod {
  const known = new WeakMap<Node, NodeRevocations>();
  const revocationsOf = (node: Node) => {
    const found = known.get(node);
    if (found) return found;
    const revocations = new NodeRevocations(node);
    revocations.log.onMoved(() => room.free());
    known.set(node, revocations);
    return revocations;
  };

  return async (request, reply) => {
    const { current } = lifecycle;
    if (current.phase !== 'ready') throw busy(reply, storeUnavailable());
    const { clock } = current.node.deps;
    const received = clock.monotonic();
    const wait = waitOf(request);
    const revocations = revocationsOf(current.node);
    const { log, id } = revocations;
    const position = positionIn(request.headers['if-none-match'], id);
    const tag = position && entityTag(id, position);
    const isNews = () => tag !== entityTag(id, log.position);
    if (!isNews() && wait > 0) {
      if (room.full) throw busy(reply, tooMany());
      await room.wait(wait * 1_000, goneSignal(reply));
    }
    // From here on nothing else runs: what is answered and the mark are of one moment.
    const held = Math.floor(clock.monotonic() - received);
    const { facts } = revocations;
    const { markAge, lifetime, keys, time } = facts;
    void reply.headers({
      etag: entityTag(id, log.position),
      'portcullis-held': held,
      'portcullis-lifetime': lifetime,
      'portcullis-time': time,
      ...(markAge === null ? {} : { 'portcullis-mark-age': markAge }),
      ...(keys === null ? {} : { 'portcullis-keys': keys }),
    });
    if (!isNews()) return reply.code(304).send();
    const { complete, text } = revocations.textSince(position);
    const head = JSON.stringify({ complete, held, ...facts }).slice(0, -1);
    return reply.type('application/json').send(`${head},"revocations":${text}}`);
  };
}

function waitOf({ query }: FastifyRequest): number {
  const { wait = '0' } = query as Record<string, unknown>;
  const isSeconds = typeof wait === 'string' && /^\d{1,2}$/.test(wait);
  if (isSeconds && Number(wait) <= LONGEST_WAIT) return Number(wait);
  throw badInput('wait', `It must be a whole number of seconds from 0 to ${LONGEST_WAIT}.`);
}

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function busy(reply: FastifyReply, error: PortcullisError): PortcullisError {
  void reply.header('retry-after', '1');
  return error;
}

function tooMany(): PortcullisError {
  const message = 'Too many requests are waiting. Try again.';
  return new PortcullisError('STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', {
    retryable: true,
    message,
  });
}
