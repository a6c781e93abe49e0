import { answerOf, portcullis, rowsOf, spawned } from './support.js';

const SECRETS = {
  DATABASE_URL: 'postgres://owner:hunter2@db.example.com:5433/gate',
  PORTCULLIS_SECRET: 'p7Jq2Vx9Lr4Tn8Wk1Zc6Ys3Bm5Hd0GfQaEuXoIv',
  PORTCULLIS_ADMIN_EMAIL: 'root@example.com',
  PORTCULLIS_ADMIN_PASSWORD: 'correct horse battery',
};
const HIDDEN = /hunter2|owner|p7Jq2|correct horse/;

describe('portcullis config', () => {
  it('shows each setting with its value, source and description, secrets masked', async () => {
    const { code, stdout, stderr } = await portcullis(['config'], { ...SECRETS, PORT: '4100' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(HIDDEN);
    const rows = new Map(rowsOf(stdout).map((row) => [row['NAME'], row]));
    expect(rows.get('PORT')).toEqual({
      NAME: 'PORT',
      VALUE: '4100',
      SOURCE: 'environment',
      DESCRIPTION: 'Port to listen on; 0 takes a free one.',
    });
    expect(rows.get('REFRESH_GRACE')).toMatchObject({ VALUE: '30s', SOURCE: 'default' });
    expect(rows.get('ALLOWED_ORIGINS')).toMatchObject({ VALUE: '-', SOURCE: 'unset' });
    expect(rows.get('DATABASE_URL')!['VALUE']).toBe('postgres://********@db.example.com:5433/gate');
    expect(rows.get('PORTCULLIS_SECRET')!['VALUE']).toBe('********');
    expect(rows.get('PORTCULLIS_ADMIN_PASSWORD')!['VALUE']).toBe('********');
  });

  it('tells programs the same', async () => {
    const ended = await spawned(['config', '--json'], SECRETS);
    expect(ended.stdout).not.toMatch(HIDDEN);
    const settings = answerOf(ended);
    expect(settings).toContainEqual({
      name: 'HOST',
      value: '127.0.0.1',
      source: 'default',
      description: 'Address to listen on.',
    });
    expect(settings).toContainEqual({
      name: 'ALLOWED_ORIGINS',
      value: null,
      source: 'unset',
      description: expect.any(String),
    });
  });

  it('lists everything that is wrong at once, below the table, and fails', async () => {
    const env = {
      PORT: 'x',
      ACCESS_TTL: '5',
      PORTCULLIS_SECRET: 'changeme',
      NODE_ENV: 'production',
    };
    const problems = [
      'The configuration is not valid:',
      '  PORT must be a port number from 0 to 65535',
      '  PORTCULLIS_SECRET must have at least 32 bytes',
      '  ACCESS_TTL must be a duration of at least 1s such as 30s, 5m or 14d',
      '  DATABASE_URL is required in production',
      '',
    ].join('\n');
    const forPeople = await portcullis(['config'], env);
    expect(forPeople).toMatchObject({ code: 1, stderr: problems });
    expect(forPeople.stdout).toMatch(/^NAME .*\n/);
    expect(forPeople.stdout).not.toContain('changeme');
    const forPrograms = await portcullis(['config', '--json'], env);
    expect(forPrograms).toMatchObject({ code: 1, stderr: problems });
    expect(JSON.parse(forPrograms.stdout)).toHaveLength(rowsOf(forPeople.stdout).length);
    expect(await spawned(['start'], env)).toEqual({ code: 1, stdout: '', stderr: problems });
  });
});
