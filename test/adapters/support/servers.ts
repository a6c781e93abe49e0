import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Plugin } from 'graphql-yoga';
import mercurius from 'mercurius';
import { apolloPlugin, protectMercurius, yogaPlugin } from '../../../src/adapters/index.js';
import type { Protection } from '../../../src/adapters/index.js';
import { callerOf } from './caller.js';
import type { Context } from './caller.js';

export interface Served {
  /** Without `/graphql`. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** As it is served: protected, or not. */
  readonly schema: GraphQLSchema;
  readonly protection: Protection;
}

export type Serve = (options: ServeOptions) => Promise<Served>;

/** More plugins, before ours and after. */
interface Plugins<P> {
  readonly before?: readonly P[];
  readonly after?: readonly P[];
}

export async function serveApollo(
  { schema, protection }: ServeOptions,
  { before = [], after = [] }: Plugins<ApolloServerPlugin> = {},
): Promise<Served> {
  const server = new ApolloServer<Context>({
    schema,
    plugins: [...before, apolloPlugin<Context>(protection), ...after],
    allowBatchedHttpRequests: true,
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ caller: callerOf(req.headers.authorization) }),
  });
  return { url: url.replace(/\/$/, ''), stop: () => server.stop() };
}

export async function serveYoga(
  { schema, protection }: ServeOptions,
  { before = [], after = [] }: Plugins<Plugin> = {},
): Promise<Served> {
  const yoga = createYoga<object, Context>({
    schema,
    plugins: [...before, yogaPlugin(protection), ...after],
    context: ({ request }) => ({ caller: callerOf(request.headers.get('authorization')) }),
    batching: true,
    logging: false,
  });
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- as Yoga's manual has it
  return listening(createServer(yoga));
}

/** A server of Node's on a port of its own. */
export async function listening(server: Server): Promise<Served> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const onSockets = {
  fullWsTransport: true,
  // What it answers joins the context.
  onConnect: ({ payload }: { payload?: { authorization?: string } }) => ({
    caller: callerOf(payload?.authorization),
  }),
};

export async function serveMercurius(
  { schema, protection }: ServeOptions,
  { jit, sockets = false }: { readonly jit?: number; readonly sockets?: boolean } = {},
): Promise<Served> {
  const app = fastify();
  await app.register(mercurius, {
    schema,
    context: ({ headers }) => ({ caller: callerOf(headers.authorization) }),
    allowBatchedQueries: true,
    ...(jit === undefined ? {} : { jit }),
    ...(sockets ? { subscription: onSockets } : {}),
  });
  protectMercurius(app, protection);
  try {
    return {
      url: await app.listen({ port: 0, host: '127.0.0.1' }),
      stop: async () => {
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

export const SERVERS: Readonly<Record<string, Serve>> = {
  'Apollo Server': (options) => serveApollo(options),
  'GraphQL Yoga': (options) => serveYoga(options),
  Mercurius: (options) => serveMercurius(options),
  'Mercurius with jit': (options) => serveMercurius(options, { jit: 1 }),
};
