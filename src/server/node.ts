import {
  Operations,
  createApollo,
  createBareSchema,
  createContext,
  createErrorReport,
  createOwnProtection,
  createPresent,
} from '../graphql/index.js';
import type { GraphQLContext, RequestFacts } from '../graphql/index.js';
import { cleanUp, seedAdmin, seedDemo } from '../services/index.js';
import type { DemoUser, Deps } from '../services/index.js';
import { demoLogin } from './demo-login.js';
import { createDeps, tokenLife } from './deps.js';
import type { DepsOptions } from './deps.js';
import { follow } from './follow.js';
import type { Following } from './follow.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

export interface NodeOptions extends Omit<DepsOptions, 'onLoss'> {
  readonly log: Log;
  /** Where it listens. */
  readonly address: string;
  readonly metrics?: Metrics | undefined;
}

type Apollo = ReturnType<typeof createApollo>;

/** One node with everything that it is made of; it needs a migrated database and holds no state to lose. */
export interface Node {
  readonly deps: Deps;
  readonly following: Following;
  readonly apollo: Apollo;
  /** For what does not come by HTTP. */
  readonly operations: Operations;
  /** Accounts made for a first look, with their passwords. */
  readonly demo: readonly DemoUser[];
  readonly adminCreated: boolean;
  context(facts: RequestFacts): Promise<GraphQLContext>;
  /** One bounded pass over what may be forgotten. Answers how much it touched. */
  cleanUp(): Promise<number>;
  stop(): Promise<void>;
}

/** Puts a node together. @throws StartupError, PortcullisError STORE_UNAVAILABLE. */
export async function createNode(options: NodeOptions): Promise<Node> {
  const { config, log, address, metrics } = options;
  const onLoss = (what: string) =>
    log.warn({ what }, 'PostgreSQL or Redis went away: this was lost');
  const deps = await createDeps({ ...options, onLoss });
  if (deps.keys.secret !== options.secret) {
    const say =
      'the signing keys are under PORTCULLIS_SECRET_PREVIOUS until keys re-encrypt is run';
    log.warn(say);
  }
  const following = follow({ config, deps, log, address, tokenLife: tokenLife(config) });
  const { markAge } = following;
  const { authMaxStale } = config;
  const protection = createOwnProtection(deps, { markAge, passed: metrics?.passed, authMaxStale });
  const schema = protection.protect(createBareSchema());
  const policy = protection.policyOf(schema);
  const adminCreated = config.admin ? await seedAdmin(deps, config.admin) : false;
  const demo = config.production || config.admin ? [] : await seedDemo(deps);
  await deps.hasher.warmUp();
  const login = config.production ? undefined : await demoLogin(config.dataDir, demo);
  const { production } = config;
  const errors = { report: createErrorReport(log), present: createPresent({ hints: !production }) };
  const apollo = createApollo({ schema, protection, production, ...errors, demo: login });
  await apollo.start();
  await following.start();
  metrics?.observe({ feedAge: markAge, denylistSize: () => deps.denylist.size });
  return {
    deps,
    following,
    apollo,
    operations: new Operations({ apollo, schema, protection, ...errors }),
    demo,
    adminCreated,
    context: (facts) => createContext({ deps, policy, nodeId: following.identity.id }, facts),
    cleanUp: () => cleanUp(deps, { tokenLife: tokenLife(config) }),
    stop: async () => {
      deps.sessionEnds.stop();
      deps.auditTail.stop();
      await following.stop();
      await apollo.stop();
    },
  };
}
