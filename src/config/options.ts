import { z } from 'zod';
import { formatDuration, parseDuration } from '../support/duration.js';
import { parseUrl } from '../support/parse-url.js';
import { parseRedisUrl } from './redis-url.js';
import type { RedisTarget } from './redis-url.js';
import { SCHEME_NAMES } from './scheme.js';
import { webhookEvents, webhookKeys, webhookUrls } from './webhooks.js';
import { secret, serviceTokens } from './secrets.js';

/** One environment variable: its name is the key in OPTIONS. */
export interface Option {
  /** As the README's table says it; one sentence, units named. */
  readonly describes: string;
  /** What an unset variable stands for, in the variable's own notation. */
  readonly default?: string;
  /** Masked when shown; of a `url` the host and the path stay readable. */
  readonly secret?: true | 'url';
  readonly schema: z.ZodType<unknown, string>;
}

function duration(minimum: number): z.ZodType<number, string> {
  return z.string().transform((text, context) => {
    const value = parseDuration(text);
    if (value === undefined || value < minimum) {
      const least = minimum > 0 ? ` of at least ${formatDuration(minimum)}` : '';
      context.addIssue(`must be a duration${least} such as 30s, 5m or 14d`);
      return z.NEVER;
    }
    return value;
  });
}

function oneOf<const T extends string>(values: readonly T[]): z.ZodType<T, string> {
  const allowed = z.enum(values, { error: `must be one of ${values.join(', ')}` });
  return z.string().pipe(allowed);
}

/** As the directives count: a bound of less than a second would be none. */
const wholeSeconds = duration(0).refine(
  (value) => value === 0 || value >= 1_000,
  'must be 0s, or a duration of at least 1s',
);

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535');

const PASSWORD_LENGTH = 'must be a number from 8 to 64';
const passwordLength = z
  .string()
  .regex(/^\d{1,2}$/, PASSWORD_LENGTH)
  .transform(Number)
  .refine((value) => value >= 8 && value <= 64, PASSWORD_LENGTH);

const databaseUrl = z.string().refine((text) => {
  const protocol = parseUrl(text)?.protocol;
  return protocol === 'postgres:' || protocol === 'postgresql:';
}, 'must be a URL such as postgres://user:password@host:5432/database');

const redisUrl: z.ZodType<RedisTarget, string> = z.string().transform((text, context) => {
  const target = parseRedisUrl(text);
  if (target) return target;
  context.addIssue(
    'must be a URL such as redis://host:6379/0, redis+sentinel://host1,host2/name or redis+cluster://host1,host2',
  );
  return z.NEVER;
});

const trustProxy = z.string().transform((text, context): boolean | number | string[] => {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const networks = text.split(',').map((part) => part.trim());
  if (networks.every((part) => /^[\da-f.:]+(\/\d{1,3})?$/i.test(part))) return networks;
  context.addIssue('must be true, false, a number of hops, or addresses such as 10.0.0.0/8');
  return z.NEVER;
});

const origins = z.string().transform((text, context) => {
  const list = text.split(',').map((part) => part.trim());
  const wrong = list.find((part) => parseUrl(part)?.origin !== part);
  if (wrong === undefined) return list;
  context.addIssue('must list origins such as https://app.example.com, separated by commas');
  return z.NEVER;
});

/** Milliseconds for which other services may keep our public keys. */
export const JWKS_MAX_AGE = 300_000;

export const OPTIONS = {
  HOST: { describes: 'Address to listen on.', default: '127.0.0.1', schema: z.string() },
  PORT: { describes: 'Port to listen on; 0 takes a free one.', default: '4000', schema: port },
  METRICS_PORT: {
    describes: 'Port of /metrics for Prometheus, on HOST; 0 takes a free one. Unset: none.',
    schema: port,
  },
  DATABASE_URL: {
    describes:
      'PostgreSQL 15 or later. Unset: an embedded PostgreSQL under DATA_DIR. Required in production.',
    secret: 'url',
    schema: databaseUrl,
  },
  DATABASE_OWNER_URL: {
    describes:
      'The same database by the role that owns the tables, for migrations alone; the role of DATABASE_URL then gets what a server needs and cannot change the audit log; see docs/audit.md. Unset: DATABASE_URL.',
    secret: 'url',
    schema: databaseUrl,
  },
  SESSION_STORE: {
    describes:
      'Where sessions live: postgres, or redis at REDIS_URL; see docs/redis.md. The same on all nodes.',
    default: 'postgres',
    schema: oneOf(['postgres', 'redis']),
  },
  REDIS_URL: {
    describes:
      'Redis 6.2 or later: redis://, redis+sentinel:// or redis+cluster://, with rediss for TLS; see docs/redis.md. Required where SESSION_STORE is redis.',
    secret: 'url',
    schema: redisUrl,
  },
  DATA_DIR: {
    describes: 'Folder of the embedded database and of what is generated in development.',
    default: '.data',
    schema: z.string(),
  },
  NODE_ENV: {
    describes: 'In production there are no defaults for secrets, no demo users, no introspection.',
    default: 'development',
    schema: oneOf(['development', 'production', 'test']),
  },
  LOG_LEVEL: {
    describes: 'Least level that is logged. Default: info in production, else warn.',
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  },
  TRUST_PROXY: {
    describes:
      'Whose X-Forwarded-For, -Proto and -Host are believed: true, false, a number of hops, or addresses separated by commas.',
    default: 'false',
    schema: trustProxy,
  },
  ALLOWED_ORIGINS: {
    describes:
      'Origins of browser apps that may call from elsewhere, with cookies too, separated by commas.',
    schema: origins,
  },
  TRUSTED_DOCUMENTS: {
    describes:
      'File with a manifest of documents that are trusted beside those of our own clients; see docs/limits.md.',
    schema: z.string(),
  },
  TRUSTED_DOCUMENTS_MODE: {
    describes: 'Whether anything else is answered than trusted documents: off (it is), or only.',
    default: 'off',
    schema: oneOf(['off', 'only']),
  },
  REGISTRATION: {
    describes: 'Whether strangers may register: open or closed.',
    default: 'open',
    schema: oneOf(['open', 'closed']),
  },
  PASSWORD_MIN_LENGTH: {
    describes:
      'Characters that a new password needs at least, from 8 to 64; see docs/passwords.md.',
    default: '15',
    schema: passwordLength,
  },
  PORTCULLIS_SECRET: {
    describes:
      'At least 32 random bytes, the same on all nodes. Generated into DATA_DIR in development; required in production.',
    secret: true,
    schema: secret,
  },
  PORTCULLIS_SECRET_PREVIOUS: {
    describes:
      'Another secret that is accepted too while PORTCULLIS_SECRET takes its place; see docs/keys.md.',
    secret: true,
    schema: secret,
  },
  PORTCULLIS_SERVICE_TOKENS: {
    describes:
      'Bearer tokens of the services that may ask /revocations and /introspect, at least 32 bytes each, separated by commas; see docs/resource-servers.md. Unset: neither is there.',
    secret: true,
    schema: serviceTokens,
  },
  PORTCULLIS_ADMIN_EMAIL: {
    describes: 'With PORTCULLIS_ADMIN_PASSWORD: an admin to create at start-up if absent.',
    schema: z.string().regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address'),
  },
  PORTCULLIS_ADMIN_PASSWORD: {
    describes: 'Password of that admin; an existing one keeps its own.',
    secret: true,
    schema: z.string(),
  },
  PORTCULLIS_ISSUER: {
    describes: 'Claim iss of access tokens, the same on all nodes.',
    default: 'portcullis',
    schema: z.string(),
  },
  PORTCULLIS_AUDIENCE: {
    describes: 'Claim aud of access tokens.',
    default: 'portcullis',
    schema: z.string(),
  },
  PORTCULLIS_SCHEME: {
    describes:
      'How access tokens are invalidated: refresh, stateless, checked, sliding or opaque; see docs/schemes.md. The same on all nodes.',
    default: 'refresh',
    schema: oneOf(SCHEME_NAMES),
  },
  ACCESS_TTL: {
    describes:
      'Longest life of an access token, up to a tenth less by chance. Default: 5m; under stateless 60m; under sliding and opaque a token lives as long as its session.',
    schema: duration(1_000),
  },
  AUTH_MAX_STALE: {
    describes:
      'Bounds plain @auth fields as @critical(maxStale:) would; 0s asks the store each time. Unset: unbounded, except where the scheme says otherwise.',
    schema: wholeSeconds,
  },
  SLIDING_WINDOW: {
    describes: 'Under sliding: how long after its issue a token is trusted without a look.',
    default: '2m',
    schema: duration(1_000),
  },
  FEED_POLL_INTERVAL: {
    describes:
      'How often a node asks for revocations that no doorbell told it of, where the scheme has a feed.',
    default: '1s',
    schema: duration(100),
  },
  REFRESH_GRACE: {
    describes: 'How long after its use a refresh token still gets its successor; 0s: not at all.',
    default: '30s',
    schema: duration(0),
  },
  SESSION_IDLE_TTL: {
    describes: 'A session that is not refreshed for this long expires.',
    default: '14d',
    schema: duration(1_000),
  },
  SESSION_MAX_TTL: {
    describes: 'A session expires this long after its sign-in, whatever happens.',
    default: '90d',
    schema: duration(1_000),
  },
  SESSION_RETENTION: {
    describes: 'How long an ended session stays in the lists before it is deleted.',
    default: '30d',
    schema: duration(0),
  },
  AUDIT_RETENTION: {
    describes: 'How long an event stays in the audit log before it is deleted; at least 30d.',
    default: '400d',
    schema: duration(30 * 86_400_000),
  },
  WEBHOOK_URL: {
    describes:
      'Who is told of what happens, as https URLs separated by commas, http on this machine; see docs/webhooks.md. Unset: nobody.',
    secret: true,
    schema: webhookUrls,
  },
  WEBHOOK_SECRET: {
    describes:
      'What messages to WEBHOOK_URL are signed under, at least 32 bytes; several, separated by commas, while one takes the place of another.',
    secret: true,
    schema: webhookKeys,
  },
  WEBHOOK_EVENTS: {
    describes: 'What they are told, separated by commas; see docs/webhooks.md. Unset: everything.',
    schema: webhookEvents,
  },
  CLOCK_TOLERANCE: {
    describes: 'How far the clocks of the nodes may differ when a token is judged.',
    default: '5s',
    schema: duration(0),
  },
  KEY_PUBLISH_WAIT: {
    describes:
      'How long a new signing key is published before it signs; in production at least 310s, so that every cache of public keys has it by then.',
    default: '10m',
    schema: duration(0),
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;
