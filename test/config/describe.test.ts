import { OPTIONS, describeConfig } from '../../src/config/index.js';

const shown = (env: Record<string, string>, name: string) => {
  const { value, source } = describeConfig(env).find((option) => option.name === name)!;
  return { value, source };
};

describe('the settings in effect', () => {
  it('name every option once, where it comes from and what it is for', () => {
    const all = describeConfig({ PORT: '80' });
    expect(all.map(({ name }) => name)).toEqual(Object.keys(OPTIONS));
    expect(all.every(({ describes }) => describes.endsWith('.'))).toBe(true);
    expect(shown({ PORT: '80' }, 'PORT')).toEqual({ value: '80', source: 'environment' });
    expect(shown({}, 'PORT')).toEqual({ value: '4000', source: 'default' });
    expect(shown({ PORT: '' }, 'PORT')).toEqual({ value: '4000', source: 'default' });
    expect(shown({}, 'DATABASE_URL')).toEqual({ value: '', source: 'unset' });
  });

  it.each([
    ['postgres://app:hunter2@db:5432/main', 'postgres://********@db:5432/main'],
    ['postgresql://hunter2@db/main?password=hunter2', 'postgresql://********@db/main'],
    ['postgres://db/main?user=app&password=hunter2', 'postgres://********@db/main'],
    ['postgres:///main?host=/run&password=hunter2', '********'],
    ['postgres://app:hunter2/x@db/main', '********'],
    ['postgres://app:123/hunter2@db/main', '********'],
    ['postgres://app:123#hunter2@db/main', '********'],
    ['postgres://app:123?hunter2@db/main', '********'],
    ['host=db password=hunter2', '********'],
  ])('mask the password in %s', (url, value) => {
    expect(shown({ DATABASE_URL: url }, 'DATABASE_URL')).toEqual({ value, source: 'environment' });
  });

  it.each([
    ['redis://:hunter2@cache:6379/2', 'redis://********@cache:6379/2'],
    ['rediss://app:hunter2@[::1]', 'rediss://********@[::1]'],
    [
      'redis+sentinel://app:hunter2@a:26379,b/main/1?sentinelPassword=hunter2',
      'redis+sentinel://********@a:26379,b/main/1',
    ],
    ['rediss+cluster://app:hunter2@a:1,b:2', 'rediss+cluster://********@a:1,b:2'],
    ['redis+cluster://app:1,2/hunter2@a,b', '********'],
    ['redis://a,b?password=hunter2@c', '********'],
  ])('mask the password in %s, whose hosts stay readable', (url, value) => {
    expect(shown({ REDIS_URL: url }, 'REDIS_URL')).toEqual({ value, source: 'environment' });
  });

  it.each([
    'PORTCULLIS_SECRET',
    'PORTCULLIS_SECRET_PREVIOUS',
    'PORTCULLIS_SERVICE_TOKENS',
    'PORTCULLIS_ADMIN_PASSWORD',
  ])('mask %s, whatever its shape', (name) => {
    for (const value of ['hunter2', 'https://hunter2', 'a://b:c@hunter2/hunter2', ' hunter2 ']) {
      expect(shown({ [name]: value }, name)).toEqual({
        value: '********',
        source: 'environment',
      });
    }
  });
});
