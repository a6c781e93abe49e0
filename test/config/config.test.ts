import { readConfig } from '../../src/config/index.js';
import { PRODUCTION, SECRET, problems } from './problems.js';
import type { Environment } from './problems.js';

describe('an empty environment', () => {
  it('means development on this machine, with the documented defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      metricsPort: undefined,
      databaseUrl: undefined,
      databaseOwnerUrl: undefined,
      redis: undefined,
      dataDir: '.data',
      production: false,
      logLevel: 'warn',
      trustProxy: false,
      trustedDocuments: undefined,
      trustedDocumentsOnly: false,
      allowedOrigins: [],
      registration: 'open',
      passwordMinLength: 15,
      secret: undefined,
      previousSecret: undefined,
      serviceTokens: [],
      admin: undefined,
      issuer: 'portcullis',
      audience: 'portcullis',
      scheme: {
        name: 'refresh',
        token: 'jwt',
        refresh: true,
        accessTtl: 5 * 60_000,
        feed: true,
        renewal: false,
      },
      accessTtl: 5 * 60_000,
      authMaxStale: undefined,
      slidingWindow: 2 * 60_000,
      feedPollInterval: 1_000,
      refreshGrace: 30_000,
      sessionIdleTtl: 14 * 86_400_000,
      sessionMaxTtl: 90 * 86_400_000,
      sessionRetention: 30 * 86_400_000,
      auditRetention: 400 * 86_400_000,
      webhooks: undefined,
      clockTolerance: 5_000,
      keyPublishWait: 10 * 60_000,
    });
  });

  it('is also what variables set to nothing mean', () => {
    const nothing = {
      HOST: '',
      PORT: '',
      DATABASE_URL: '',
      ACCESS_TTL: '',
      PORTCULLIS_ADMIN_EMAIL: '',
    };
    expect(readConfig(nothing)).toEqual(readConfig({}));
  });

  it('is not looked at beyond our own variables', () => {
    expect(readConfig({ PATH: '/bin', port: '1', __proto__: '2' })).toEqual(readConfig({}));
  });
});

describe('what is set', () => {
  it('is read in its own notation', () => {
    expect(
      readConfig({
        ...PRODUCTION,
        HOST: '::',
        PORT: '0',
        TRUST_PROXY: '10.0.0.0/8, ::1',
        ALLOWED_ORIGINS: 'https://a.example.com, http://localhost:5173',
        REGISTRATION: 'closed',
        PORTCULLIS_ADMIN_EMAIL: 'root@example.com',
        PORTCULLIS_ADMIN_PASSWORD: 'a long password',
        ACCESS_TTL: '90s',
        REFRESH_GRACE: '0',
        CLOCK_TOLERANCE: '250ms',
      }),
    ).toMatchObject({
      production: true,
      logLevel: 'info',
      host: '::',
      port: 0,
      databaseUrl: PRODUCTION.DATABASE_URL,
      secret: SECRET,
      trustProxy: ['10.0.0.0/8', '::1'],
      allowedOrigins: ['https://a.example.com', 'http://localhost:5173'],
      registration: 'closed',
      admin: { email: 'root@example.com', password: 'a long password' },
      accessTtl: 90_000,
      refreshGrace: 0,
      clockTolerance: 250,
    });
  });

  it.each([
    ['true', true],
    ['false', false],
    ['2', 2],
  ])('TRUST_PROXY=%s', (text, value) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toEqual(value);
  });
});

describe('what is wrong', () => {
  it('is listed all at once', () => {
    const found = problems({
      NODE_ENV: 'prod',
      PORT: '65536',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://db',
      SESSION_STORE: 'memory',
      REDIS_URL: 'http://cache',
      REGISTRATION: 'maybe',
      TRUST_PROXY: 'yes',
      ALLOWED_ORIGINS: '*',
      PORTCULLIS_SECRET: 'short',
      PORTCULLIS_SECRET_PREVIOUS: 'short too',
      PORTCULLIS_ADMIN_EMAIL: 'root',
      ACCESS_TTL: '5',
      REFRESH_GRACE: '-1s',
      SESSION_IDLE_TTL: '0',
      SESSION_MAX_TTL: 'forever',
      CLOCK_TOLERANCE: 'some',
      KEY_PUBLISH_WAIT: 'a while',
    });
    expect(found.map((line) => line.split(' ')[0]).sort()).toEqual([
      'ACCESS_TTL',
      'ALLOWED_ORIGINS',
      'CLOCK_TOLERANCE',
      'DATABASE_URL',
      'KEY_PUBLISH_WAIT',
      'LOG_LEVEL',
      'NODE_ENV',
      'PORT',
      'PORTCULLIS_ADMIN_EMAIL',
      'PORTCULLIS_SECRET',
      'PORTCULLIS_SECRET_PREVIOUS',
      'REDIS_URL',
      'REFRESH_GRACE',
      'REGISTRATION',
      'SESSION_IDLE_TTL',
      'SESSION_MAX_TTL',
      'SESSION_STORE',
      'TRUST_PROXY',
    ]);
  });

  it.each([
    [{ PORT: '-1' }, 'PORT must be a port number from 0 to 65535'],
    [{ PORT: '4e3' }, 'PORT must be a port number from 0 to 65535'],
    [{ ACCESS_TTL: '0s' }, 'ACCESS_TTL must be a duration of at least 1s such as 30s, 5m or 14d'],
    [
      { ACCESS_TTL: '999ms' },
      'ACCESS_TTL must be a duration of at least 1s such as 30s, 5m or 14d',
    ],
    [
      { AUDIT_RETENTION: '29d' },
      'AUDIT_RETENTION must be a duration of at least 30d such as 30s, 5m or 14d',
    ],
    [
      { DATABASE_OWNER_URL: 'postgres://owner@127.0.0.1/portcullis' },
      'DATABASE_OWNER_URL goes with DATABASE_URL',
    ],
    [{ REGISTRATION: 'OPEN' }, 'REGISTRATION must be one of open, closed'],
    [
      { ALLOWED_ORIGINS: 'https://a.example.com/' },
      'ALLOWED_ORIGINS must list origins such as https://app.example.com, separated by commas',
    ],
    [{ SESSION_STORE: 'redis' }, 'REDIS_URL is required where SESSION_STORE is redis'],
    [
      { SESSION_STORE: 'redis', REDIS_URL: 'redis://a,b' },
      'REDIS_URL must be a URL such as redis://host:6379/0, redis+sentinel://host1,host2/name or redis+cluster://host1,host2',
    ],
    [
      { PORTCULLIS_ADMIN_EMAIL: 'root@example.com' },
      'PORTCULLIS_ADMIN_EMAIL and PORTCULLIS_ADMIN_PASSWORD go together',
    ],
    [
      { PORTCULLIS_ADMIN_PASSWORD: 'a long password' },
      'PORTCULLIS_ADMIN_EMAIL and PORTCULLIS_ADMIN_PASSWORD go together',
    ],
  ])('%j is told in one line', (env, line) => {
    expect(problems(env as unknown as Environment)).toEqual([line]);
  });
});

it('no error repeats a value that was given', () => {
  const marker = 'Xq7MarkerXq7';
  const env = Object.fromEntries(
    [
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'NODE_ENV',
      'LOG_LEVEL',
      'TRUST_PROXY',
      'ALLOWED_ORIGINS',
      'REGISTRATION',
    ]
      .concat(['PORTCULLIS_SECRET', 'PORTCULLIS_ADMIN_EMAIL', 'ACCESS_TTL', 'CLOCK_TOLERANCE'])
      .map((name) => [name, marker]),
  );
  const found = problems(env);
  expect(found).toHaveLength(12);
  expect(found.join('\n')).not.toContain(marker);
});
