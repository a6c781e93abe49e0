import { StartupError } from '../errors/startup-error.js';
import { formatDuration } from '../support/duration.js';
import { JWKS_MAX_AGE, OPTIONS } from './options.js';
import type { Option, OptionName } from './options.js';
import type { RedisTarget } from './redis-url.js';
import { SCHEMES } from './scheme.js';
import type { SchemeName, SchemeSettings } from './scheme.js';
import { WEBHOOK_EVENTS } from './webhooks.js';
import type { WebhookSettings } from './webhooks.js';

/** Settings of a node; durations in milliseconds. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absent: no metrics. */
  readonly metricsPort: number | undefined;
  /** Absent: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** By the role that owns the tables, for migrations. Absent: as the server. */
  readonly databaseOwnerUrl: string | undefined;
  /** Where sessions live. Absent: in PostgreSQL. */
  readonly redis: RedisTarget | undefined;
  readonly dataDir: string;
  readonly production: boolean;
  readonly logLevel: string;
  readonly trustProxy: boolean | number | string[];
  readonly allowedOrigins: readonly string[];
  /** File of a manifest. */
  readonly trustedDocuments: string | undefined;
  /** Whether nothing else than trusted documents is answered. */
  readonly trustedDocumentsOnly: boolean;
  readonly registration: 'open' | 'closed';
  /** Code points of a new password. */
  readonly passwordMinLength: number;
  /** Absent in development until `ensureSecret` has made one. */
  readonly secret: string | undefined;
  /** Accepted beside it while one takes the place of the other. */
  readonly previousSecret: string | undefined;
  /** Of the services that may ask what is revoked. None: nobody may. */
  readonly serviceTokens: readonly string[];
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly scheme: SchemeSettings & { readonly name: SchemeName };
  /** The longest that an access token may live. */
  readonly accessTtl: number;
  /** Bounds every guarded field. Absent: plain `@auth` is unbounded. */
  readonly authMaxStale: number | undefined;
  readonly slidingWindow: number;
  readonly feedPollInterval: number;
  readonly refreshGrace: number;
  readonly sessionIdleTtl: number;
  readonly sessionMaxTtl: number;
  readonly sessionRetention: number;
  readonly auditRetention: number;
  /** Absent: nobody is told. */
  readonly webhooks: WebhookSettings | undefined;
  readonly clockTolerance: number;
  readonly keyPublishWait: number;
}

/** Verifiers that keep our public keys know a new one after this: their copy's age, and the nodes' own. */
const LEAST_KEY_PUBLISH_WAIT = JWKS_MAX_AGE + 10_000;

type Environment = Readonly<Record<string, string | undefined>>;
type Values = { [N in OptionName]: (typeof OPTIONS)[N]['schema']['_zod']['output'] | undefined };

/** Everything that is wrong at once, so that an operator mends the environment in one go. */
function parse(env: Environment): { values: Values; problems: string[] } {
  const problems: string[] = [];
  const values: Partial<Record<OptionName, unknown>> = {};
  for (const [name, option] of Object.entries(OPTIONS) as [OptionName, Option][]) {
    const given = env[name];
    // A variable set to nothing counts as unset, except for the secret: there it is a mistake.
    const text =
      given === '' && name !== 'PORTCULLIS_SECRET' ? option.default : (given ?? option.default);
    if (text === undefined) continue;
    const result = option.schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else problems.push(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}`);
  }
  return { values: values as Values, problems };
}

/** What no single variable shows. */
function combinations(values: Values): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => condition || problems.push(problem);
  if (values.NODE_ENV === 'production') {
    need(values.PORTCULLIS_SECRET !== undefined, 'PORTCULLIS_SECRET is required in production');
    need(values.DATABASE_URL !== undefined, 'DATABASE_URL is required in production');
    need(
      (values.KEY_PUBLISH_WAIT ?? 0) >= LEAST_KEY_PUBLISH_WAIT,
      `KEY_PUBLISH_WAIT must be at least ${formatDuration(LEAST_KEY_PUBLISH_WAIT)} in production`,
    );
  }
  need(
    values.PORTCULLIS_SECRET_PREVIOUS === undefined || values.PORTCULLIS_SECRET !== undefined,
    'PORTCULLIS_SECRET_PREVIOUS goes with PORTCULLIS_SECRET',
  );
  need(
    values.PORTCULLIS_SECRET_PREVIOUS === undefined ||
      values.PORTCULLIS_SECRET_PREVIOUS !== values.PORTCULLIS_SECRET,
    'PORTCULLIS_SECRET_PREVIOUS must be another one than PORTCULLIS_SECRET',
  );
  for (const name of ['PORTCULLIS_SECRET', 'PORTCULLIS_SECRET_PREVIOUS'] as const) {
    const secret = values[name];
    need(
      secret === undefined || values.PORTCULLIS_SERVICE_TOKENS?.includes(secret) !== true,
      `PORTCULLIS_SERVICE_TOKENS must not list ${name}, which is nobody else's to know`,
    );
  }
  need(
    (values.PORTCULLIS_ADMIN_EMAIL === undefined) ===
      (values.PORTCULLIS_ADMIN_PASSWORD === undefined),
    'PORTCULLIS_ADMIN_EMAIL and PORTCULLIS_ADMIN_PASSWORD go together',
  );
  need(
    values.SESSION_STORE !== 'redis' || values.REDIS_URL !== undefined,
    'REDIS_URL is required where SESSION_STORE is redis',
  );
  need(
    values.DATABASE_OWNER_URL === undefined || values.DATABASE_URL !== undefined,
    'DATABASE_OWNER_URL goes with DATABASE_URL',
  );
  need(
    values.WEBHOOK_URL === undefined || values.WEBHOOK_SECRET !== undefined,
    'WEBHOOK_SECRET is required where WEBHOOK_URL is set',
  );
  const scheme = SCHEMES[values.PORTCULLIS_SCHEME ?? 'refresh'];
  need(
    scheme.accessTtl !== 'session' || values.ACCESS_TTL === undefined,
    `ACCESS_TTL says nothing under ${values.PORTCULLIS_SCHEME ?? ''}: its tokens live as long as their session`,
  );
  return problems;
}

/** What the scheme leaves open is filled in. */
function schemeOf(values: Values) {
  const name = values.PORTCULLIS_SCHEME ?? 'refresh';
  const settings: SchemeSettings = SCHEMES[name];
  const window = values.SLIDING_WINDOW ?? 0;
  const bounds = [
    values.AUTH_MAX_STALE,
    settings.authMaxStale === 'window' ? window : settings.authMaxStale,
  ].filter((bound) => bound !== undefined);
  const session = Math.min(values.SESSION_IDLE_TTL ?? 0, values.SESSION_MAX_TTL ?? 0);
  return {
    scheme: { name, ...settings },
    accessTtl:
      values.ACCESS_TTL ?? (settings.accessTtl === 'session' ? session : settings.accessTtl),
    authMaxStale: bounds.length === 0 ? undefined : Math.min(...bounds),
    slidingWindow: window,
  };
}

/**
 * Reads and validates the environment.
 * @throws StartupError that lists every problem; it never repeats a value.
 */
export function readConfig(env: Environment): Config {
  const { values, problems } = parse(env);
  const missing = problems.map((problem) => problem.split(' ')[0]);
  problems.push(...combinations(values).filter((text) => !missing.includes(text.split(' ')[0])));
  if (problems.length > 0) {
    throw new StartupError(`The configuration is not valid:\n  ${problems.join('\n  ')}`);
  }
  const v = values as { [N in OptionName]: NonNullable<Values[N]> };
  const production = v.NODE_ENV === 'production';
  return {
    host: v.HOST,
    port: v.PORT,
    metricsPort: values.METRICS_PORT,
    databaseUrl: values.DATABASE_URL,
    databaseOwnerUrl: values.DATABASE_OWNER_URL,
    redis: v.SESSION_STORE === 'redis' ? values.REDIS_URL : undefined,
    dataDir: v.DATA_DIR,
    production,
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    trustProxy: v.TRUST_PROXY,
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    trustedDocuments: values.TRUSTED_DOCUMENTS,
    trustedDocumentsOnly: v.TRUSTED_DOCUMENTS_MODE === 'only',
    registration: v.REGISTRATION,
    passwordMinLength: v.PASSWORD_MIN_LENGTH,
    secret: values.PORTCULLIS_SECRET,
    previousSecret: values.PORTCULLIS_SECRET_PREVIOUS,
    serviceTokens: values.PORTCULLIS_SERVICE_TOKENS ?? [],
    admin:
      values.PORTCULLIS_ADMIN_EMAIL === undefined
        ? undefined
        : { email: values.PORTCULLIS_ADMIN_EMAIL, password: v.PORTCULLIS_ADMIN_PASSWORD },
    issuer: v.PORTCULLIS_ISSUER,
    audience: v.PORTCULLIS_AUDIENCE,
    ...schemeOf(values),
    feedPollInterval: v.FEED_POLL_INTERVAL,
    refreshGrace: v.REFRESH_GRACE,
    sessionIdleTtl: v.SESSION_IDLE_TTL,
    sessionMaxTtl: v.SESSION_MAX_TTL,
    sessionRetention: v.SESSION_RETENTION,
    auditRetention: v.AUDIT_RETENTION,
    webhooks:
      values.WEBHOOK_URL === undefined
        ? undefined
        : {
            urls: values.WEBHOOK_URL,
            keys: v.WEBHOOK_SECRET,
            events: values.WEBHOOK_EVENTS ?? WEBHOOK_EVENTS,
          },
    clockTolerance: v.CLOCK_TOLERANCE,
    keyPublishWait: v.KEY_PUBLISH_WAIT,
  };
}
