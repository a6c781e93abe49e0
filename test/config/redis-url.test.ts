import { readConfig } from '../../src/config/index.js';
import { problems } from './problems.js';

const read = (REDIS_URL: string) => readConfig({ SESSION_STORE: 'redis', REDIS_URL }).redis;

const OPEN = { tls: false, username: undefined, password: undefined };
const SENTINEL = { sentinelUsername: undefined, sentinelPassword: undefined };

describe('REDIS_URL', () => {
  it.each([
    ['redis://cache', { ...OPEN, kind: 'single', address: { host: 'cache', port: 6379 }, db: 0 }],
    [
      'rediss://app:s%2Fecret@[::1]:7000/3',
      {
        kind: 'single',
        tls: true,
        username: 'app',
        password: 's/ecret',
        address: { host: '::1', port: 7000 },
        db: 3,
      },
    ],
    [
      'redis://:secret@cache/',
      {
        ...OPEN,
        kind: 'single',
        password: 'secret',
        address: { host: 'cache', port: 6379 },
        db: 0,
      },
    ],
    [
      'redis+sentinel://one,10.0.0.2:26380/main',
      {
        ...OPEN,
        ...SENTINEL,
        kind: 'sentinel',
        sentinels: [
          { host: 'one', port: 26379 },
          { host: '10.0.0.2', port: 26380 },
        ],
        name: 'main',
        db: 0,
      },
    ],
    [
      'rediss+sentinel://app:secret@one/main/5?sentinelUsername=watch&sentinelPassword=a%26b',
      {
        kind: 'sentinel',
        tls: true,
        username: 'app',
        password: 'secret',
        sentinels: [{ host: 'one', port: 26379 }],
        name: 'main',
        db: 5,
        sentinelUsername: 'watch',
        sentinelPassword: 'a&b',
      },
    ],
    [
      'redis+cluster://one:7000,two,three:7002',
      {
        ...OPEN,
        kind: 'cluster',
        nodes: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
          { host: 'three', port: 7002 },
        ],
      },
    ],
  ])('%s', (url, target) => {
    expect(read(url)).toEqual(target);
  });

  it.each([
    'redis://',
    'redis://one,two',
    'redis://cache:65536',
    'redis://cache/main',
    'redis://cache?db=1',
    'redis://app:se/cret@cache',
    'redis://app:%zz@cache',
    'redis+sentinel://one',
    'redis+sentinel://one/main/x',
    'redis+sentinel://one/main?password=x',
    'redis+sentinel://one,/main',
    'redis+cluster://one,two/1',
    'redis+cluster://one;two',
    'unix:///run/redis.sock',
    'http://cache',
    'cache:6379',
  ])('%s is refused in words that do not repeat it', (url) => {
    const [line, ...others] = problems({ SESSION_STORE: 'redis', REDIS_URL: url });
    expect(line).toMatch(/^REDIS_URL must be a URL such as /);
    expect([line?.includes(`${url} `), others]).toEqual([false, []]);
  });

  it('says nothing while sessions are in PostgreSQL', () => {
    expect(readConfig({ REDIS_URL: 'redis://cache' }).redis).toBeUndefined();
  });
});
