import type { GraphQLSchema } from 'graphql';
import {
  Operations,
  createApollo,
  createBareSchema,
  createErrorReport,
  createPresent,
} from '../graphql/index.js';
import type { GraphQLContext, RequestFacts } from '../graphql/index.js';
import { Limits, QUERY_LIMITS } from '../limits/index.js';
import { authenticateAtOnce, seedDemo } from '../services/index.js';
import type { DemoUser } from '../services/index.js';
import { readBearer } from '../support/bearer.js';
import { createCore, protectionOf } from './core.js';
import type { Core, CoreOptions } from './core.js';
import { demoLogin } from './demo-login.js';
import { Door } from './door.js';
import type { Metrics } from './metrics.js';
import { Strangers } from './strangers.js';
import { trustedDocumentsOf } from './trusted.js';

export interface NodeOptions extends CoreOptions {
  readonly metrics?: Metrics | undefined;
  /** What is served, without its guard. Default: our own schema. */
  readonly schema?: GraphQLSchema | undefined;
}

type Apollo = ReturnType<typeof createApollo>;

/** One node of our own server. */
export interface Node extends Pick<
  Core,
  'deps' | 'following' | 'adminCreated' | 'cleanUp' | 'stop'
> {
  readonly apollo: Apollo;
  /** For what does not come by HTTP. */
  readonly operations: Operations;
  /** Accounts made for a first look, with their passwords. */
  readonly demo: readonly DemoUser[];
  /** Where its requests by HTTP come in. */
  readonly door: Door;
  context(facts: RequestFacts): Promise<GraphQLContext>;
}

/** Puts a node together. @throws StartupError, PortcullisError STORE_UNAVAILABLE. */
export async function createNode(options: NodeOptions): Promise<Node> {
  const { config, log, metrics, schema: bare = createBareSchema() } = options;
  const { production, authMaxStale } = config;
  const trusted = trustedDocumentsOf(config);
  const core = await createCore(options);
  const { deps, following, adminCreated, cleanUp } = core;
  const limits = new Limits(QUERY_LIMITS);
  const protection = protectionOf(core, {
    ...{ passed: metrics?.passed, authMaxStale, limits },
    // Every answer says no-store.
    isNeverKept: true,
  });
  const schema = protection.protect(bare);
  const demo = production || config.admin ? [] : await seedDemo(deps);
  const login = production ? undefined : await demoLogin(config.dataDir, demo);
  const errors = { report: createErrorReport(log), present: createPresent({ hints: !production }) };
  const strangers = new Strangers();
  const apollo = createApollo({
    ...{ trusted, schema, protection, production, ...errors, demo: login },
    turn: () => strangers.turn(),
  });
  await apollo.start();
  await core.start();
  metrics?.observe({
    feedAge: following.markAge,
    denylistSize: () => deps.denylist.size,
    webhooks: core.deliveries,
  });
  return {
    deps,
    following,
    adminCreated,
    cleanUp,
    apollo,
    operations: new Operations({ apollo, schema, protection, ...errors }),
    demo,
    door: new Door({
      ...{ denylist: deps.denylist, checker: deps.checker },
      authenticate: (authorization) => authenticateAtOnce(deps, readBearer(authorization)),
    }),
    context: async (facts) => core.context(facts, protection.policyOf),
    stop: async () => {
      await core.stop();
      await apollo.stop();
    },
  };
}
