import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { PortcullisError, badInput, storeUnavailable } from '../errors/index.js';
import type { Ahead, Cookies, RequestFacts } from '../graphql/index.js';
import { parseUrl } from '../support/parse-url.js';
import { addressOf } from './address.js';
import { HandshakeCookies, RequestCookies, onReply, siteOf } from './cookies/index.js';
import type { CookieSettings } from './cookies/index.js';
import type { Passage } from './door.js';
import type { LifecycleRef } from './lifecycle.js';
import type { Node } from './node.js';
import { isForeign, isUpgrade } from './sockets/index.js';
import type { Sockets } from './sockets/index.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined until it may go on. */
    passage: Passage | undefined;
  }
}

const USER_AGENT_LENGTH = 300;

function factsOf(request: FastifyRequest, cookies: Cookies, ahead?: Ahead): RequestFacts {
  const userAgent = request.headers['user-agent']
    ?.replace(/\p{Cc}/gu, ' ')
    .slice(0, USER_AGENT_LENGTH);
  return {
    requestId: request.id,
    origin: { ip: addressOf(request), userAgent: userAgent ?? null },
    authorization: request.headers.authorization,
    cookies,
    ahead,
  };
}

/** The host that was found good last: nearly every request names the same. */
let goodHost: string | undefined;

/** What is no host name, forwarded or not, breaks the URL that is made of it. */
function refuseBadHost({ hostname, headers, originalUrl }: FastifyRequest): void {
  if (hostname !== goodHost) {
    if (!parseUrl(`http://${hostname}/`)) throw badInput('host', 'The Host header is not a host.');
    goodHost = hostname;
  }
  // A whole URL in the request line, which a proxy may have judged in place of the header.
  const whole = originalUrl.startsWith('/') ? undefined : parseUrl(originalUrl);
  if (whole && whole.host !== headers.host?.toLowerCase()) {
    throw badInput('host', 'The Host header names another host than the URL.');
  }
}

/** For sockets the browser asks nobody first, so this is the wall between pages. */
function refuseForeign(request: FastifyRequest, settings: CookieSettings): void {
  if (!isForeign(request.headers.origin, siteOf(request, settings), settings)) return;
  const message = 'Pages of this origin may not connect here.';
  throw new PortcullisError('FORBIDDEN', 'CSRF_REFUSED', { message });
}

/**
 * `/graphql` in every phase: Apollo once the node is ready, or a socket where one is asked for; a
 * retryable refusal before and after.
 */
export function graphqlRoute(
  lifecycle: LifecycleRef,
  sockets: Sockets,
  settings: CookieSettings,
): RouteHandlerMethod {
  const handlerOf = (node: Node, ahead: Ahead) => {
    const context = (request: FastifyRequest, reply: FastifyReply) =>
      node.context(factsOf(request, new RequestCookies(request, onReply(reply), settings), ahead));
    return fastifyApolloHandler(node.apollo, { context }) as RouteHandlerMethod;
  };
  return function route(this: FastifyInstance, request: FastifyRequest, reply: FastifyReply) {
    refuseBadHost(request);
    if (lifecycle.current.phase !== 'ready') throw storeUnavailable();
    const { node } = lifecycle.current;
    if (isUpgrade(request.raw)) {
      refuseForeign(request, settings);
      const cookies = new HandshakeCookies(request, settings);
      sockets.accept(request, reply, node, factsOf(request, cookies));
      return reply;
    }
    return node.door.enter(request.headers.authorization, request.body).then((passage) => {
      request.passage = passage;
      return handlerOf(node, passage).call(this, request, reply);
    });
  };
}
