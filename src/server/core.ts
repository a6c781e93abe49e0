import { createContext, createOwnProtection } from '../graphql/index.js';
import type { GraphQLContext, OwnProtectionOptions, RequestFacts } from '../graphql/index.js';
import type { Protection } from '../adapters/index.js';
import { cleanUp, seedAdmin } from '../services/index.js';
import type { Deps } from '../services/index.js';
import { createDeps, tokenLife } from './deps.js';
import type { DepsOptions } from './deps.js';
import { follow } from './follow.js';
import type { Following } from './follow.js';
import type { LogLines } from './log.js';
import type { WebhookDeliveries } from '../webhooks/index.js';
import { createOutbox, createWebhooks } from './webhooks.js';

export interface CoreOptions extends Omit<DepsOptions, 'onLoss' | 'outbox'> {
  readonly log: LogLines;
  /** Where it can be found. */
  readonly address: string;
}

/** What judges and answers, whatever serves it; it needs a migrated database and holds no state to lose. */
export interface Core {
  readonly deps: Deps;
  readonly following: Following;
  /** Undefined where nobody is told of what happens. */
  readonly deliveries: WebhookDeliveries | undefined;
  readonly adminCreated: boolean;
  /** Joins the other nodes; settles when every revocation in force is known here. */
  start(): Promise<void>;
  context(
    facts: RequestFacts,
    policyOf: Protection['policyOf'],
  ): GraphQLContext | Promise<GraphQLContext>;
  /** One bounded pass over what may be forgotten. Answers how much it touched. */
  readonly cleanUp: () => Promise<number>;
  stop(): Promise<void>;
}

/** Milliseconds. */
const CLEAN_UP_EVERY = 5 * 60_000;

/** @throws StartupError, PortcullisError STORE_UNAVAILABLE. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { config, log, address } = options;
  const onLoss = (what: string) =>
    log.warn({ what }, 'PostgreSQL or Redis went away: this was lost');
  const outbox = createOutbox(config, options.clock);
  const deps = await createDeps({ ...options, onLoss, outbox });
  const { database, clock } = options;
  const webhooks = createWebhooks({ config, clock, database, log, outbox });
  if (deps.keys.secret !== options.secret) {
    log.warn('the signing keys are under PORTCULLIS_SECRET_PREVIOUS until keys re-encrypt is run');
  }
  const following = follow({ config, deps, log, address, tokenLife: tokenLife(config) });
  // A team's own user store has the team's own admins.
  const admin = deps.identity.directory ? undefined : config.admin;
  const adminCreated = admin ? await seedAdmin(deps, admin) : false;
  const { auditRetention } = config;
  const clean = async () =>
    (await cleanUp(deps, { tokenLife: tokenLife(config), auditRetention })) +
    (await webhooks.cleanUp());
  let timer: NodeJS.Timeout | undefined;
  return {
    deps,
    following,
    deliveries: webhooks.deliveries,
    adminCreated,
    start: async () => {
      await following.start();
      webhooks.deliveries?.start();
      if (!deps.identity.directory) await deps.hasher.warmUp();
      timer = setInterval(() => {
        clean().catch((err: unknown) => log.warn({ err }, 'the clean-up failed'));
      }, CLEAN_UP_EVERY);
      timer.unref();
    },
    context: (facts, policyOf) =>
      createContext({ deps, policyOf, nodeId: following.identity.id }, facts),
    cleanUp: clean,
    stop: async () => {
      clearInterval(timer);
      deps.sessionEnds.stop();
      deps.auditTail.stop();
      await webhooks.deliveries?.stop();
      await following.stop();
      await deps.hasher.close();
    },
  };
}

export type ProtectionSettings = Omit<OwnProtectionOptions, 'markAge'>;

/** The rules of a schema over what a core knows. */
export function protectionOf({ deps, following }: Core, settings: ProtectionSettings): Protection {
  return createOwnProtection(deps, { ...settings, markAge: following.markAge });
}
