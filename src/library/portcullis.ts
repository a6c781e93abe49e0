import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLDirective, GraphQLSchema } from 'graphql';
import { apolloPlugin, protectMercurius, yogaPlugin } from '../adapters/index.js';
import type { MercuriusServer, ProtectionOptions, YogaPlugin } from '../adapters/index.js';
import { createOwnProtection } from '../graphql/index.js';
import { Limits, QUERY_LIMITS } from '../limits/index.js';
import type { QueryLimits } from '../limits/index.js';
import { DEFAULT_NAMES } from '../policy/index.js';
import type { Policy } from '../policy/index.js';
import { createLog } from '../server/log.js';
import type { LogLines } from '../server/log.js';
import type { DirectoryUser, Identity, UserDirectory } from '../services/index.js';
import type { Clock } from '../support/clock.js';
import { SyncedClock } from '../support/synced-clock.js';
import { contextOf, factsOf } from './context.js';
import type { PortcullisContext } from './context.js';
import { FetchCookies } from './fetch-cookies.js';
import type { RequestLike } from './request.js';
import { Renames } from './renames.js';
import type { Rename } from './renames.js';
import { createResolvers } from './resolvers.js';
import type { ResolverMap } from './resolvers.js';
import { onResponse } from './response.js';
import type { ResponseLike } from './response.js';
import { Running } from './running.js';
import { createServices } from './services.js';
import type { Services } from './services.js';
import { configOf } from './settings.js';
import type { Settings } from './settings.js';
import { createTypeDefs } from './type-defs.js';

export interface PortcullisOptions<U extends DirectoryUser = DirectoryUser>
  extends Settings, Pick<ProtectionOptions, 'conditions' | 'names' | 'federation'> {
  /** A team's own user store in place of ours. */
  readonly users?: UserDirectory<U>;
  /** Own claims for access tokens, up to 2 KB of JSON; on top of those of `users`. Default: none. */
  readonly claims?: Identity['claims'];
  /** Whether sign-in, sessions and administration are part of the schema. Default true. */
  readonly api?: boolean;
  /** Other names for what is ours in the schema, where the team's own has them. */
  readonly rename?: Rename;
  /**
   * Whether our SDL only extends the root types, for builders that take each of them but once, such as
   * those of federated subgraphs. Default false: it defines them, and graphql-tools merges.
   */
  readonly extendRoots?: boolean;
  /**
   * Bounds on what a document may ask for; those that are not given are as docs/limits.md has them.
   * Default: none, since the schema is the team's own.
   */
  readonly limits?: Partial<QueryLimits>;
  /** The time. Default: the database's. */
  readonly clock?: Clock;
  /** Where it says what went wrong; pino's fit. Default: lines of JSON from `logLevel` on. */
  readonly log?: LogLines;
}

/** A Portcullis inside somebody else's GraphQL server. */
export interface Portcullis {
  /** SDL of the directives, and of our own root fields and types. */
  readonly typeDefs: string;
  /** Of our own root fields and types. */
  readonly resolvers: ResolverMap;
  /** The directives as objects, for schemas that are built in code. */
  readonly directives: readonly GraphQLDirective[];
  /**
   * The schema with its rules enforced; must be its last transform.
   * @throws StartupError listing every misuse with its coordinate.
   */
  readonly protect: (schema: GraphQLSchema) => GraphQLSchema;
  /** What every field of a schema demands. @throws StartupError */
  readonly policyOf: (schema: GraphQLSchema) => Policy;
  /** @throws StartupError when a schema has lost a guard since it was protected, or never was. */
  readonly assertProtected: (schema: GraphQLSchema) => void;
  /**
   * Judges what a request presents. Goes into the context of the operation; a field of it costs no I/O
   * under a JWT, and a coalesced look under scheme `opaque`.
   * @param response lets our mutations set their cookies where it is one of Node or Fastify; for web
   * standard requests the Yoga plugin does it
   * @throws PortcullisError STORE_UNAVAILABLE while everything is only being brought up
   */
  readonly context: (request: RequestLike, response?: ResponseLike) => Promise<PortcullisContext>;
  /** For Apollo Server. */
  readonly plugins: ApolloServerPlugin[];
  /** For GraphQL Yoga. */
  readonly yogaPlugin: YogaPlugin;
  /** For Mercurius: call it with the Fastify server once Mercurius is registered. */
  readonly mercurius: (app: MercuriusServer) => void;
  readonly services: Services;
  /** Brings everything up, if nobody has yet. @throws StartupError */
  readonly ready: () => Promise<void>;
  /** Closes what was opened. A plugin of Apollo Server does it when its server stops. */
  readonly stop: () => Promise<void>;
}

/**
 * Per-field freshness for the GraphQL server that a team already has. Nothing is opened before the first
 * request, or before a server that waits for its plugins starts.
 * @throws StartupError when a setting is not valid
 */
export function createPortcullis<U extends DirectoryUser = DirectoryUser>(
  options: PortcullisOptions<U> = {},
): Portcullis {
  const config = configOf(options);
  const { api = true, names = DEFAULT_NAMES, clock = new SyncedClock() } = options;
  const renames = new Renames(options.rename ?? {});
  const { conditions = {}, federation, extendRoots = false } = options;
  const limits = options.limits && new Limits({ ...QUERY_LIMITS, ...options.limits });
  const log = options.log ?? createLog(config.logLevel);
  const identity = {
    directory: options.users as UserDirectory | undefined,
    claims: options.claims,
  };
  const running = new Running({ config, log, clock, identity });
  const core = () => {
    if (!running.core) throw new Error('a token was judged before there was a core');
    return running.core;
  };
  const protection = createOwnProtection(
    {
      clock,
      get denylist() {
        return core().deps.denylist;
      },
      get checker() {
        return core().deps.checker;
      },
    },
    {
      of: contextOf,
      ...{ names, federation, conditions, authMaxStale: config.authMaxStale, limits },
      markAge: () => running.core?.following.markAge(),
      conditionFailed: (condition, err) => log.error({ condition, err }, 'a condition threw'),
      ready: () => running.start(),
      tolerance: config.clockTolerance,
      ourMutation: (name) => (api ? renames.mutation(name) : undefined),
    },
  );
  const cookies = new FetchCookies();
  const { protect, policyOf, assertProtected, directives } = protection;
  return {
    typeDefs: createTypeDefs({ api, names, renames, extendRoots }),
    resolvers: api
      ? createResolvers({
          of: contextOf,
          renames,
          report: (err, requestId) => log.error({ err, requestId }, 'unexpected error'),
        })
      : {},
    directives,
    protect,
    policyOf,
    assertProtected,
    context: async (request, response) => {
      const put = response ? onResponse(response) : cookies.of(request);
      const facts = factsOf(request, put, config);
      return { portcullis: await (await running.soon()).context(facts, policyOf) };
    },
    plugins: [
      apolloPlugin(protection),
      { serverWillStart: () => Promise.resolve({ serverWillStop: () => running.stop() }) },
    ],
    yogaPlugin: cookies.writtenBy(yogaPlugin(protection)),
    mercurius: (app) => {
      protectMercurius(app, protection);
      app.addHook('onClose', () => running.stop());
    },
    services: createServices(async () => (await running.soon()).deps),
    ready: async () => {
      await running.start();
    },
    stop: () => running.stop(),
  };
}
