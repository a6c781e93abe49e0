import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';

import { JWKS_MAX_AGE } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Database } from '../database/index.js';
import type { Redis } from '../redis/index.js';
import { RENEWED_TOKEN_HEADER, createErrorReport } from '../graphql/index.js';
import { answerErrors } from './errors.js';
import { graphqlRoute } from './graphql-route.js';
import { allowLandingPage, secureHeaders } from './headers.js';
import { HTTP_LIMITS } from './http-limits.js';
import type { LifecycleRef } from './lifecycle.js';
import type { Log } from './log.js';
import { routeOAuth } from './oauth/index.js';
import { readiness } from './readiness.js';
import { refuseRepeatedHeaders } from './repeated-headers.js';
import { Sockets, routeUpgrades } from './sockets/index.js';
import { withRequestIds } from './unheard-errors.js';
import { answerBadPath, answerUnread, refuseConnect } from './unrouted.js';

export interface HttpOptions {
  readonly config: Config;
  readonly database: Database;
  readonly redis: Redis | undefined;
  readonly lifecycle: LifecycleRef;
  readonly log: Log;
}

/** A number of hops, or what fastify takes as it is. */
function trusted(setting: Config['trustProxy']) {
  return typeof setting === 'number' ? (_address: string, hop: number) => hop < setting : setting;
}

/** The HTTP face of a node; it answers from the first moment on, whatever phase the node is in. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { config, database, redis, lifecycle, log } = options;
  const loggerInstance: FastifyBaseLogger = log;
  const app: FastifyInstance = fastify({
    loggerInstance,
    // One line a request, written by the hook below, in place of fastify's two.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // What is logged of a request names its id; a logger made for each takes longer than its judgement.
    childLoggerFactory: (logger) => logger,
    ...HTTP_LIMITS,
    trustProxy: trusted(config.trustProxy),
    // What still comes on an open connection is answered by the routes, in the words of the contract.
    return503OnClosing: false,
    // A member __proto__ in a body is dropped: nothing of ours reads it.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: answerBadPath,
    clientErrorHandler: answerUnread,
  });
  answerErrors(app);
  refuseConnect(app.server);
  secureHeaders(app);
  refuseRepeatedHeaders(app);
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // A connection that is kept alive would hold up the stop until it is cut.
    if (lifecycle.current.phase === 'draining') void reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (log.isLevelEnabled('info')) {
      const path = request.url.split('?', 1)[0];
      const { method, id: requestId } = request;
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      log.info({ requestId, method, path, status: reply.statusCode, ms }, 'request');
    }
    done();
  });
  const { allowedOrigins } = config;
  if (allowedOrigins.length > 0) {
    await app.register(cors, {
      // An origin that is not listed is told nothing, not even that credentials are welcome.
      origin: (origin, answer) =>
        answer(null, allowedOrigins.find((each) => each === origin) ?? false),
      credentials: true,
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'www-authenticate', 'retry-after', RENEWED_TOKEN_HEADER],
      maxAge: 600,
      // What is no preflight gets no answer in plain text either.
      strictPreflight: false,
    });
  }

  app.get('/healthz', () => ({ healthy: true }));
  app.get('/readyz', async (_request, reply) => {
    const state = await readiness(lifecycle.current, { database, redis });
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/.well-known/jwks.json', (_request, reply) => {
    const { current } = lifecycle;
    if (current.phase !== 'ready') return reply.code(503).send({ keys: [] });
    void reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE / 1000}`);
    const { ring } = current.node.deps.keys;
    return reply.type('application/jwk-set+json').send(JSON.stringify(ring.jwks()));
  });
  routeOAuth(app, config, lifecycle);
  if (!config.production) app.get('/', (_request, reply) => reply.redirect('/graphql'));
  const sockets = new Sockets(log);
  const report = createErrorReport(log);
  const reportOf = (request: FastifyRequest) => (error: Error) => report(error, request.id);
  app.decorateRequest('passage', undefined);
  const handler = graphqlRoute(lifecycle, sockets, config);
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    handler,
    onSend: (request, reply, payload, done) => {
      if (!config.production) allowLandingPage(reply, payload);
      const unheard = request.passage?.unheard;
      const isTold = unheard && typeof payload === 'string';
      done(null, isTold ? withRequestIds(payload, unheard, reportOf(request)) : payload);
    },
  });
  routeUpgrades(app);
  app.addHook('preClose', () => sockets.drain());
  return app;
}
