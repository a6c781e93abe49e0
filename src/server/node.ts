import type { Config } from '../config/index.js';
import { createApollo, createContext, createGuard, createSchema } from '../graphql/index.js';
import type { GraphQLContext, RequestFacts } from '../graphql/index.js';
import { PasswordHasher } from '../passwords/index.js';
import { Checker, Denylist, SessionTokens } from '../revocation/index.js';
import { Profiles, cleanUp, loadKeyRing, seedAdmin, seedDemo } from '../services/index.js';
import type { DemoUser, Deps } from '../services/index.js';
import {
  AuditStore,
  NodeStore,
  RevocationStore,
  SigningKeyStore,
  UserStore,
} from '../stores/index.js';
import { AccessTokens, RefreshTokens } from '../tokens/index.js';
import type { KeyRing } from '../tokens/index.js';
import { demoLogin } from './demo-login.js';
import { follow } from './follow.js';
import type { Following } from './follow.js';
import type { Log } from './log.js';
import { createSessionStore } from './sessions.js';
import type { SessionPlace } from './sessions.js';

export interface DepsOptions extends SessionPlace {
  readonly secret: string;
}

export interface NodeOptions extends Omit<DepsOptions, 'onLoss'> {
  readonly log: Log;
  /** Where it listens. */
  readonly address: string;
}

type Apollo = ReturnType<typeof createApollo>;

/** One node with everything that it is made of; it needs a migrated database and holds no state to lose. */
export interface Node {
  readonly deps: Deps;
  readonly keys: KeyRing;
  readonly following: Following;
  readonly apollo: Apollo;
  /** Accounts made for a first look, with their passwords. */
  readonly demo: readonly DemoUser[];
  readonly adminCreated: boolean;
  context(facts: RequestFacts): Promise<GraphQLContext>;
  /** One bounded pass over what may be forgotten. Answers how much it touched. */
  cleanUp(): Promise<number>;
  stop(): Promise<void>;
}

/** The use cases and what they work with, without any server around them. */
export async function createDeps(options: DepsOptions) {
  const { config, secret, database, clock } = options;
  const users = new UserStore(clock);
  const sessions = createSessionStore(options);
  const audit = new AuditStore(clock);
  const keys = await loadKeyRing(database, { keys: new SigningKeyStore(clock), audit }, secret);
  const { issuer, audience, accessTtl: ttl, clockTolerance: tolerance } = config;
  const jitter = config.scheme.accessTtl === 'session' ? 0 : JITTER;
  const denylist = new Denylist(clock, tokenLife(config));
  const deps: Deps = {
    settings: config,
    clock,
    database,
    users,
    sessions,
    revocations: new RevocationStore(clock),
    audit,
    accessTokens: new AccessTokens(() => keys, { issuer, audience, ttl, tolerance, jitter }, clock),
    refreshTokens: new RefreshTokens(secret),
    hasher: new PasswordHasher(),
    denylist,
    checker: new Checker((asked) => sessions.readStates(asked), denylist, clock),
    sessionTokens: new SessionTokens((ids) => sessions.lookUp(ids)),
    nodes: new NodeStore(clock),
    profiles: new Profiles(database, users, { ttl: Math.min(ttl, SESSION_LONG) }),
  };
  return { deps, keys };
}

/** Puts a node together. @throws StartupError, PortcullisError STORE_UNAVAILABLE. */
export async function createNode(options: NodeOptions): Promise<Node> {
  const { config, log, address } = options;
  const onLoss = (what: string) =>
    log.warn({ what }, 'PostgreSQL or Redis went away: this was lost');
  const { deps, keys } = await createDeps({ ...options, onLoss });
  const following = follow({ config, deps, log, address, tokenLife: tokenLife(config) });
  const guard = createGuard(deps, following.markAge);
  const { schema, policy } = createSchema(guard, { authMaxStale: config.authMaxStale });
  const adminCreated = config.admin ? await seedAdmin(deps, config.admin) : false;
  const demo = config.production || config.admin ? [] : await seedDemo(deps);
  await deps.hasher.warmUp();
  const login = config.production ? undefined : await demoLogin(config.dataDir, demo);
  const apollo = createApollo({ schema, production: config.production, log, demo: login });
  await apollo.start();
  await following.start();
  return {
    deps,
    following,
    keys,
    apollo,
    demo,
    adminCreated,
    context: (facts) => createContext(deps, policy, facts),
    cleanUp: () => cleanUp(deps, { tokenLife: tokenLife(config) }),
    stop: async () => {
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
function tokenLife({ scheme, accessTtl, authMaxStale = 0, clockTolerance }: Config): number {
  const life = scheme.accessTtl === 'session' ? Math.max(authMaxStale, SESSION_LONG) : accessTtl;
  return life + 2 * clockTolerance + 1_000;
}
