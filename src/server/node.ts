import type { Config } from '../config/index.js';
import {
  Operations,
  createApollo,
  createContext,
  createErrorReport,
  createGuard,
  createPresent,
  createSchema,
} from '../graphql/index.js';
import type { GraphQLContext, RequestFacts } from '../graphql/index.js';
import { PasswordHasher } from '../passwords/index.js';
import { Checker, Denylist, SessionTokens } from '../revocation/index.js';
import {
  AuditTail,
  Profiles,
  SessionEnds,
  SigningKeys,
  cleanUp,
  seedAdmin,
  seedDemo,
} from '../services/index.js';
import type { DemoUser, Deps } from '../services/index.js';
import {
  AuditStore,
  NodeStore,
  RevocationStore,
  SigningKeyStore,
  UserStore,
} from '../stores/index.js';
import { AccessTokens, KeyVault, RefreshTokens } from '../tokens/index.js';
import type { Secrets } from '../tokens/index.js';
import { demoLogin } from './demo-login.js';
import { follow } from './follow.js';
import type { Following } from './follow.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { createSessionStore } from './sessions.js';
import type { SessionPlace } from './sessions.js';

export interface DepsOptions extends SessionPlace {
  readonly secret: string;
  readonly log?: Log;
}

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

/** The use cases and what they work with, without any server around them. */
export async function createDeps(options: DepsOptions): Promise<Deps> {
  const { config, secret, database, clock, log } = options;
  const users = new UserStore(clock);
  const sessions = createSessionStore(options);
  const audit = new AuditStore(clock);
  const signingKeys = new SigningKeyStore(clock);
  const secrets: Secrets = config.previousSecret ? [secret, config.previousSecret] : [secret];
  const keys = await SigningKeys.open({
    ...{ database, audit, store: signingKeys, vault: new KeyVault(secrets) },
    tokenLife: longestPass(config.accessTtl, config),
    warn: (facts, message) => log?.warn(facts, message),
  });
  const { issuer, audience, accessTtl: ttl, clockTolerance: tolerance } = config;
  const jitter = config.scheme.accessTtl === 'session' ? 0 : JITTER;
  const denylist = new Denylist(clock, tokenLife(config));
  const checker = new Checker((asked) => sessions.readStates(asked), denylist, clock);
  return {
    settings: config,
    clock,
    database,
    users,
    sessions,
    revocations: new RevocationStore(clock),
    audit,
    signingKeys,
    keys,
    accessTokens: new AccessTokens(
      () => keys.ring,
      { issuer, audience, ttl, tolerance, jitter },
      clock,
    ),
    refreshTokens: new RefreshTokens(secrets, () => keys.secret),
    hasher: new PasswordHasher(),
    denylist,
    checker,
    sessionTokens: new SessionTokens((ids) => sessions.lookUp(ids)),
    nodes: new NodeStore(clock),
    profiles: new Profiles(database, users, { ttl: Math.min(ttl, SESSION_LONG) }),
    sessionEnds: new SessionEnds({
      denylist,
      checker,
      clock,
      pollInterval: config.scheme.feed ? undefined : config.feedPollInterval,
    }),
    auditTail: new AuditTail(database, denylist),
  };
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
  const guard = createGuard(deps, { markAge, passed: metrics?.passed });
  const { schema, policy } = createSchema(guard, { authMaxStale: config.authMaxStale });
  const adminCreated = config.admin ? await seedAdmin(deps, config.admin) : false;
  const demo = config.production || config.admin ? [] : await seedDemo(deps);
  await deps.hasher.warmUp();
  const login = config.production ? undefined : await demoLogin(config.dataDir, demo);
  const { production } = config;
  const errors = { report: createErrorReport(log), present: createPresent({ hints: !production }) };
  const apollo = createApollo({ schema, production, ...errors, demo: login });
  await apollo.start();
  await following.start();
  metrics?.observe({ feedAge: markAge, denylistSize: () => deps.denylist.size });
  return {
    deps,
    following,
    apollo,
    operations: new Operations({ apollo, schema, ...errors }),
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

/** By which an access token may live shorter: a crowd that signed in at once does not refresh at once. */
const JITTER = 0.1;

/** Of tokens that live as long as their session: they are looked up before a revocation is forgotten. */
const SESSION_LONG = 5 * 60_000;

/** How long after its issue a token may still pass on some node; a token's expiry is rounded up. */
function longestPass(life: number, { clockTolerance }: Pick<Config, 'clockTolerance'>): number {
  return life + 2 * clockTolerance + 1_000;
}

/** Milliseconds from when a revocation is written to when others see it: its statement and its commit. */
const UNCOMMITTED = 10_000;

/** How long a revocation may still stop a token, from when it was written. */
function tokenLife({ scheme, accessTtl, authMaxStale = 0, clockTolerance }: Config): number {
  const life = scheme.accessTtl === 'session' ? Math.max(authMaxStale, SESSION_LONG) : accessTtl;
  return longestPass(life, { clockTolerance }) + UNCOMMITTED;
}
