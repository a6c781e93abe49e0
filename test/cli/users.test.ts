import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { ISO, answerOf, listOf, portcullis, rowsOf, spawned } from './support.js';

let database: TestDatabase;
const run = (...args: string[]) => portcullis(args, { DATABASE_URL: database.url });
const add = async (...args: string[]) =>
  answerOf(await run('user', 'add', '--password', 'a long password', '--json', ...args));

/** Accounts that are there before the command runs, the last one newest. Answers their ids. */
async function given(...emails: string[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `INSERT INTO users (id, email, password_hash, scopes, created_at)
     SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, email, 'x', '{}', now()
     FROM unnest($1::text[]) WITH ORDINALITY AS list (email, n) RETURNING id`,
    [emails],
  );
  return rows.map(({ id }) => id);
}

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.query('DELETE FROM users'));
afterAll(() => database.drop());

describe('portcullis user add', () => {
  it('makes an account and shows it', async () => {
    const account = ['--email', ' Ada@Example.com', '--name', 'Ada Lovelace'];
    const args = [...account, '--password', 'a long password'];
    const { code, stdout, stderr } = await run('user', 'add', ...args, '--scope', 'b', 'a', 'b');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rowsOf(stdout)).toEqual([
      {
        ...{ ID: expect.any(String), EMAIL: 'ada@example.com', NAME: 'Ada Lovelace' },
        ...{ SCOPES: 'a b', STATUS: 'ACTIVE', 'DISABLED UNTIL': '-' },
        CREATED: expect.stringMatching(ISO),
      },
    ]);
  });

  it('tells programs the fields of the graph, and no password that was given', async () => {
    expect(await add('--email', 'ada@example.com', '--scope', 'admin')).toEqual({
      ...{ id: expect.any(String), email: 'ada@example.com', name: null, scopes: ['admin'] },
      ...{ status: 'ACTIVE', disabledUntil: null, createdAt: expect.stringMatching(ISO) },
    });
  });

  it('makes up a password where none is given, and tells it once', async () => {
    const { stdout } = await run('user', 'add', '--email', 'ada@example.com');
    expect(stdout).toMatch(/\n\nPassword: [\w-]{20}\nIt is not shown again\.\n$/);
    const other = answerOf(await run('user', 'add', '--email', 'bob@example.com', '--json'));
    expect(other['password']).toMatch(/^[\w-]{20}$/);
    expect(stdout).not.toContain(other['password']);
  });

  it('reads the password from standard input, without its line end', async () => {
    const args = ['user', 'add', '--email', 'ada@example.com', '--password-stdin'];
    const env = { DATABASE_URL: database.url };
    const short = await spawned(args, env, 'fourteen chars\n');
    expect(short).toEqual({
      code: 1,
      stdout: '',
      stderr: '--password: The password needs at least 15 characters.\n',
    });
    expect(await spawned(args, env, 'a long password\r\n')).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('names the option that is wrong', async () => {
    await given('ada@example.com');
    const args = ['user', 'add', '--password', 'a long password', '--email'];
    const failed = await Promise.all([
      run(...args, 'ADA@example.com'),
      run(...args, 'nobody'),
      run(...args, 'bob@example.com', '--scope', 'ok', 'not"ok'),
    ]);
    expect(failed).toEqual([
      {
        ...{ code: 1, stdout: '' },
        stderr: '--email: There is an account with this e-mail address already.\n',
      },
      { code: 1, stdout: '', stderr: '--email: This is not an e-mail address.\n' },
      { code: 1, stdout: '', stderr: '--scope: This is not a scope (RFC 6749, 3.3).\n' },
    ]);
  });
});

describe('portcullis user list', () => {
  it('lists the newest first, by search and status, as many as wanted', async () => {
    await given('ada@example.com', 'bob@example.com', 'adam@example.com');
    await database.query("UPDATE users SET disabled_at = now() WHERE email = 'bob@example.com'");
    const emails = async (...args: string[]) =>
      listOf(await run('user', 'list', '--json', ...args)).map(({ email }) => String(email));
    const [all, found, disabled, { stdout, stderr }] = await Promise.all([
      emails(),
      emails('--search', 'ADA'),
      emails('--status', 'disabled'),
      run('user', 'list', '--limit', '2'),
    ]);
    expect(all).toEqual(['adam@example.com', 'bob@example.com', 'ada@example.com']);
    expect(found).toEqual(['adam@example.com', 'ada@example.com']);
    expect(disabled).toEqual(['bob@example.com']);
    expect(rowsOf(stdout).map((row) => row['EMAIL'])).toEqual([
      'adam@example.com',
      'bob@example.com',
    ]);
    expect(stderr).toBe('There are more than 2; --limit shows them.\n');
  });

  it('says so when there are none', async () => {
    expect(await run('user', 'list')).toEqual({ code: 0, stdout: 'No users.\n', stderr: '' });
    expect(answerOf(await run('user', 'list', '--json'))).toEqual([]);
  });

  it('walks over as many pages as it takes', async () => {
    await given(...Array.from({ length: 1201 }, (_, n) => `${n}@example.com`));
    const listed = listOf(await run('user', 'list', '--json', '--limit', '2000'));
    expect(new Set(listed.map(({ id }) => String(id))).size).toBe(1201);
  });
});

describe('changing an account', () => {
  it('disables until a time or for a duration, by e-mail address or id, and enables', async () => {
    const [id = ''] = await given('ada@example.com');
    const at = '2040-01-31T12:00:00+01:00';
    const until = answerOf(
      await run('user', 'disable', 'ADA@example.com', '--until', at, '--json'),
    );
    expect(until).toMatchObject({ status: 'DISABLED', disabledUntil: '2040-01-31T11:00:00.000Z' });

    const before = Date.now();
    const hours = answerOf(await run('user', 'disable', id, '--until', '2h', '--json'));
    const wait = Date.parse(String(hours['disabledUntil'])) - before;
    expect(wait).toBeGreaterThanOrEqual(7_200_000);
    expect(wait).toBeLessThan(7_230_000);

    const forGood = await run('user', 'disable', id);
    expect(rowsOf(forGood.stdout)).toMatchObject([
      { STATUS: 'DISABLED', 'DISABLED UNTIL': 'enabled again' },
    ]);
    expect(rowsOf((await run('user', 'enable', id)).stdout)).toMatchObject([
      { STATUS: 'ACTIVE', 'DISABLED UNTIL': '-' },
    ]);
  });

  it('refuses a time that has passed', async () => {
    await given('ada@example.com');
    expect(
      await run('user', 'disable', 'ada@example.com', '--until', '2020-01-01T00:00:00Z'),
    ).toEqual({ code: 1, stdout: '', stderr: '--until: This must be a time to come.\n' });
  });

  it('replaces the scopes, and takes them all', async () => {
    await given('ada@example.com');
    const args = ['user', 'set-scopes', 'ada@example.com', '--json'];
    expect(answerOf(await run(...args, 'b', 'a'))['scopes']).toEqual(['a', 'b']);
    expect(answerOf(await run(...args))['scopes']).toEqual([]);
  });

  it.each(['nobody@example.com', '00000000-0000-7000-8000-000000000000', "' OR 1=1 --"])(
    'tells that there is no user %s',
    async (named) => {
      const stderr = `There is no such user: ${JSON.stringify(named)}.\n`;
      expect(await run('user', 'enable', named)).toEqual({ code: 1, stdout: '', stderr });
    },
  );
});
