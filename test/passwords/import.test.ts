import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPresent } from '../../src/passwords/index.js';
import { importUsers } from '../../src/services/index.js';
import { answerOf, portcullis } from '../cli/support.js';
import { audited } from '../support/audit.js';
import { login, reasons, refresh, tryLogin } from '../support/client.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { VECTORS } from './vectors.js';

const WRONG = ['INVALID_CREDENTIALS/INVALID_CREDENTIALS'];
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const FIREBASE = {
  passwordHash:
    'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  salt: '42xEC+ixf3L2lw==',
};
const PROJECT = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([
    startTestServer(),
    mkdtemp(join(tmpdir(), 'portcullis-import-')),
  ]);
});
afterAll(() => Promise.all([server.stop(), rm(folder, { recursive: true })]));

async function hashOf(email: string): Promise<string | undefined> {
  const [row] = await server.database.query<{ password_hash: string }>(
    'SELECT password_hash FROM users WHERE email = $1',
    [email],
  );
  return row?.password_hash;
}
const add = (...users: Parameters<typeof importUsers>[1]) => importUsers(server.node.deps, users);
let files = 0;
async function fileOf(content: string): Promise<string> {
  const file = join(folder, `${++files}.txt`);
  await writeFile(file, content);
  return file;
}
const run = (...args: string[]) =>
  portcullis(['user', 'import', ...args], { DATABASE_URL: server.database.url });

describe('an imported account', () => {
  it('signs in with its old password, which is hashed anew then, and ends no session', async () => {
    await add({ email: 'ada@example.com', passwordHash: BCRYPT });
    expect(reasons(await tryLogin(server.url, 'ada@example.com', 'U*V'))).toEqual(WRONG);
    expect(await hashOf('ada@example.com')).toBe(BCRYPT);
    const tokens = await login(server.url, 'ada@example.com', 'U*U');
    const stored = (await hashOf('ada@example.com')) ?? '';
    expect(isPresent(stored)).toBe(true);
    await login(server.url, 'ada@example.com', 'U*U');
    expect(await hashOf('ada@example.com')).toBe(stored);
    await refresh(server.url, tokens.refreshToken);
    expect(reasons(await tryLogin(server.url, 'ada@example.com', 'U*V'))).toEqual(WRONG);
  });

  it('signs in as well where its new hash cannot be stored', async () => {
    await add({ email: 'bob@example.com', passwordHash: BCRYPT });
    await server.database.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';
      CREATE TRIGGER refuse BEFORE UPDATE OF password_hash ON users EXECUTE FUNCTION refuse()`);
    await login(server.url, 'bob@example.com', 'U*U');
    await server.database.query('DROP TRIGGER refuse ON users');
    expect(await hashOf('bob@example.com')).toBe(BCRYPT);
    await login(server.url, 'bob@example.com', 'U*U');
    expect(isPresent((await hashOf('bob@example.com')) ?? '')).toBe(true);
  });

  it('keeps a password that was changed while the old one was hashed anew', async () => {
    const { database, users, hasher } = server.node.deps;
    await add({ email: 'eve@example.com', passwordHash: BCRYPT });
    const newer = await hasher.hash('a newer password');
    const hash = hasher.hash.bind(hasher);
    const spy = jest.spyOn(hasher, 'hash').mockImplementation(async (password) => {
      const user = await database.read((db) => users.findByEmail(db, 'eve@example.com'));
      await database.transaction((trx) => users.setPasswordHash(trx, user?.id ?? '', newer));
      return hash(password);
    });
    await login(server.url, 'eve@example.com', 'U*U');
    spy.mockRestore();
    expect(await hashOf('eve@example.com')).toBe(newer);
  });

  it('whose hash is broken has a wrong password, and the log tells whose it is', async () => {
    await add({ email: 'sue@example.com', passwordHash: BCRYPT });
    const [user] = await server.database.query<{ id: string }>(
      "UPDATE users SET password_hash = '$2a$05$broken' WHERE email = 'sue@example.com' RETURNING id",
    );
    expect(reasons(await tryLogin(server.url, 'sue@example.com', 'U*U'))).toEqual(WRONG);
    const line = server
      .log()
      .split('\n')
      .find((text) => text.includes('a stored password hash'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      ...{ level: 50, userId: user?.id, msg: 'a stored password hash is not well-formed' },
    });
    expect(server.log()).not.toContain('$05$broken');
  });
});

describe('importing', () => {
  it('names what is wrong by its place, and does nothing then', async () => {
    const good = { email: 'good@example.com', passwordHash: BCRYPT };
    const costly = {
      email: 'x@example.com',
      passwordHash: '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    };
    await expect(add(good, costly)).rejects.toMatchObject({
      reason: 'users.1.passwordHash',
      message: 'The hash costs more than a log-in may.',
    });
    await expect(add(good, { ...good, email: 'nobody' })).rejects.toMatchObject({
      reason: 'users.1.email',
    });
    await expect(add({ ...good, ...FIREBASE })).rejects.toMatchObject({
      reason: 'users.0.passwordHash',
    });
    expect(await hashOf('good@example.com')).toBeUndefined();
  });

  it('by the command reads a line for each, tells who is there, and may be run again', async () => {
    const users = VECTORS.map(({ hash }, n) => ({
      email: `user${n}@import.example`,
      passwordHash: hash,
    }));
    const [first] = users;
    const named = { ...FIREBASE, email: ' Fire@Import.example', name: 'Fire', scopes: ['b', 'a'] };
    const list = [...users, first, named].map((user) => JSON.stringify(user));
    const file = await fileOf(`${list.join('\r\n\n')}\n`);
    const project = await fileOf(PROJECT);
    const dry = answerOf(await run(file, '--firebase', project, '--dry-run', '--json'));
    expect(dry).toEqual({ created: list.length - 1, existing: ['user0@import.example'] });
    expect(await hashOf('user0@import.example')).toBeUndefined();

    const { code, stdout } = await run(file, '--firebase', project);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Accounts made: ${list.length - 1}.\nAccounts that are there, and stay as they are: 1.\n  user0@import.example\n`,
    });
    const [event] = (await audited(server.database, 'user.created')).slice(-1);
    expect(event).toMatchObject({ detail: 'imported a b' });
    for (const [n, { password }] of VECTORS.entries()) {
      if (n % 3 === 0) await login(server.url, `user${n}@import.example`, password);
    }
    const { user } = await login(server.url, 'fire@import.example', 'user1password');
    expect(user).toMatchObject({ scopes: ['a', 'b'] });

    const stored = await hashOf('user0@import.example');
    const again = answerOf(await run(file, '--firebase', project, '--json'));
    expect(again).toMatchObject({ created: 0 });
    expect(again['existing']).toHaveLength(list.length);
    expect(await hashOf('user0@import.example')).toBe(stored);
  });

  it('by the command names every line that is wrong, without its values, and imports none', async () => {
    const lines = [
      { email: 'fine@import.example', passwordHash: BCRYPT },
      { email: 'fine2@import.example', passwordHash: 'secret-and-unknown' },
      { email: 'no address', passwordHash: BCRYPT },
      { email: 'fine3@import.example' },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{broken\n`;
    expect(await run(await fileOf(text))).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'line 2: passwordHash: The hash is of no kind that is known here.',
        'line 3: email: This is not an e-mail address.',
        'line 4: passwordHash: This must be text.',
        'line 5: This is not JSON.',
        'Lines that are wrong: 4. Nothing was imported.',
        '',
      ].join('\n'),
    });
    expect(await hashOf('fine@import.example')).toBeUndefined();
  });

  it('by the command says so where a file is not there', async () => {
    const missing = join(folder, 'missing');
    const stderr = `Cannot read ${missing}: ENOENT.\n`;
    expect(await run(missing)).toEqual({ code: 1, stdout: '', stderr });
    const file = await fileOf('');
    expect(await run(file, '--firebase', missing)).toEqual({ code: 1, stdout: '', stderr });
  });
});
