import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { answerErrors } from '../../src/server/errors.js';
import { createLog } from '../../src/server/index.js';
import type { Node } from '../../src/server/index.js';
import { Sockets, routeUpgrades } from '../../src/server/sockets/index.js';
import { LIMITS } from '../../src/server/sockets/limits.js';
import type { SocketLimits } from '../../src/server/sockets/limits.js';

export interface Limited {
  readonly url: string;
  readonly sockets: Sockets;
  stop(): Promise<void>;
}

/** Sockets with tighter limits before a real node; the address of a client is its X-Address. */
export async function startLimited(node: Node, limits: Partial<SocketLimits>): Promise<Limited> {
  const app: FastifyInstance = fastify();
  const sockets = new Sockets(createLog('silent'), { ...LIMITS, ...limits });
  answerErrors(app);
  routeUpgrades(app);
  app.get('/graphql', (request, reply) => {
    const ip = (request.headers['x-address'] as string | undefined) ?? null;
    const facts = { origin: { ip, userAgent: null }, authorization: undefined };
    sockets.accept(request, reply, node, facts);
    return reply;
  });
  app.addHook('preClose', () => sockets.drain());
  await app.listen({ port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    sockets,
    stop: async () => {
      await app.close();
    },
  };
}
