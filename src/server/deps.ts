import type { Config } from '../config/index.js';
import { PasswordHasher } from '../passwords/index.js';
import { Checker, Denylist, SessionTokens } from '../revocation/index.js';
import {
  Attempts,
  AuditTail,
  KnownSecrets,
  Profiles,
  RefusedActs,
  SessionEnds,
  SigningKeys,
} from '../services/index.js';
import type { Deps, Identity } from '../services/index.js';
import {
  AddressLimits,
  AttemptStore,
  AuditStore,
  NodeStore,
  RevocationStore,
  SigningKeyStore,
  UserStore,
} from '../stores/index.js';
import { AccessTokens, KeyVault, RefreshTokens } from '../tokens/index.js';
import type { AuditOutbox } from '../stores/index.js';
import type { Secrets } from '../tokens/index.js';
import type { LogLines } from './log.js';
import { createSessionStore } from './sessions.js';
import type { SessionPlace } from './sessions.js';
import { createOutbox } from './webhooks.js';

export interface DepsOptions extends SessionPlace {
  readonly secret: string;
  /** Who users are. Default: accounts of ours. */
  readonly identity?: Identity | undefined;
  /** Who tells others of what happens. Default: as the settings say. */
  readonly outbox?: AuditOutbox | undefined;
  readonly log?: LogLines;
}

/** The use cases and what they work with, without any server around them. */
export async function createDeps(options: DepsOptions): Promise<Deps> {
  const { config, secret, database, clock, log, identity = {} } = options;
  const warn = (facts: object, message: string) => log?.warn(facts, message);
  const users = new UserStore(clock);
  const sessions = createSessionStore(options);
  const audit = new AuditStore(clock, options.outbox ?? createOutbox(config, clock));
  const signingKeys = new SigningKeyStore(clock);
  const secrets: Secrets = config.previousSecret ? [secret, config.previousSecret] : [secret];
  const keys = await SigningKeys.open({
    ...{ database, audit, store: signingKeys, vault: new KeyVault(secrets), clock },
    tokenLife: longestPass(config.accessTtl, config),
    warn,
  });
  const { issuer, audience, accessTtl: ttl, clockTolerance: tolerance } = config;
  const jitter = config.scheme.accessTtl === 'session' ? 0 : JITTER;
  const denylist = new Denylist(clock, tokenLife(config));
  const checker = new Checker((asked) => sessions.readStates(asked), denylist, clock);
  return {
    settings: config,
    identity,
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
      { issuer, audience, ttl, tolerance, jitter, subjects: identity.directory ? 'any' : 'ours' },
      clock,
    ),
    refreshTokens: new RefreshTokens(secrets, () => keys.secret),
    hasher: new PasswordHasher({
      minLength: config.passwordMinLength,
      report: (facts, message) => log?.error(facts, message),
    }),
    attempts: new Attempts({
      store: new AttemptStore(database, clock),
      limits: new AddressLimits(options),
      ...{ audit, database, clock, warn, secret: () => keys.secret },
    }),
    denylist,
    checker,
    sessionTokens: new SessionTokens((ids) => sessions.lookUp(ids)),
    nodes: new NodeStore(clock),
    secrets: new KnownSecrets(),
    profiles: new Profiles(database, users, { ttl: Math.min(ttl, SESSION_LONG) }),
    sessionEnds: new SessionEnds({
      denylist,
      checker,
      clock,
      pollInterval: config.scheme.feed ? undefined : config.feedPollInterval,
    }),
    auditTail: new AuditTail(database, denylist),
    refusedActs: new RefusedActs({ database, audit, clock, warn }),
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

/** Milliseconds that a revocation may still stop a token, from when it was written. */
export function tokenLife({ scheme, accessTtl, authMaxStale = 0, clockTolerance }: Config): number {
  const life = scheme.accessTtl === 'session' ? Math.max(authMaxStale, SESSION_LONG) : accessTtl;
  return longestPass(life, { clockTolerance }) + UNCOMMITTED;
}
