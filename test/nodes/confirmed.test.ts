import pg from 'pg';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import type { ServerBehindProxy } from '../support/behind-proxy.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ask, login, reasons, refresh, register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { guardedSchema } from '../support/guarded-schema.js';
import { until } from '../support/until.js';

const PASSWORD = 'a password of some length';
const REVOKED = ['UNAUTHENTICATED/SESSION_REVOKED'];
const READ = expect.stringContaining('FROM sessions');
const CONFIRMED = expect.stringContaining('pg_visible_in_snapshot');

let server: ServerBehindProxy;
let other: TestServer;
let names = 0;
beforeAll(async () => {
  // Its own look is a minute away: what it knows before, it knows by asking.
  server = await startServerBehindProxy({ env: { FEED_POLL_INTERVAL: '60s' } });
  other = await startTestServer({ database: server.database });
}, 60_000);
afterAll(async () => {
  await other.stop();
  await server.stop();
}, 60_000);

const critical = async ({ accessToken: token }: Tokens) =>
  reasons(await ask(server.url, '{ mySessions { id } }', { token }));

/** What a critical query asked of the database before its own statement. */
async function asks(tokens: Tokens): Promise<string[]> {
  server.proxy.statements.length = 0;
  expect(await critical(tokens)).toEqual([]);
  return server.proxy.statements.slice(0, -1);
}

/** Somebody of whom the node has read and confirmed that the session is good. */
async function confirmed(): Promise<Tokens> {
  names += 1;
  const tokens = await register(server.url, `user${names}@example.com`, PASSWORD);
  expect(await critical(tokens)).toEqual([]);
  for (let tries = 0; tries < 20; tries += 1) {
    const statements = await asks(tokens);
    if (statements.length === 1 && statements[0]?.includes('pg_visible_in_snapshot')) return tokens;
  }
  throw new Error('it was never confirmed');
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.database.url });
  await client.connect();
  return client;
}

const END = `UPDATE sessions SET ended_at = now(), ended_reason = 'revoked' WHERE id = $1`;
/** As a server does, but for the ring of the doorbell. */
const TELL = `INSERT INTO revocations (at, kind, reason, session_ids)
  VALUES (now(), 'sessions', 'SESSION_REVOKED', ARRAY[$1::uuid])`;

describe('a session that the node has read', () => {
  it('is confirmed by one statement that looks at no session', async () => {
    const tokens = await confirmed();
    expect(await asks(tokens)).toEqual([CONFIRMED]);
    const fresh = await register(server.url, 'fresh@example.com', PASSWORD);
    expect(await asks(fresh)).toEqual([READ]);
    expect(await asks(fresh)).toEqual([CONFIRMED]);
  });

  it('is refused by the first question after it was ended elsewhere, though nobody rang', async () => {
    const [tokens, bystander] = [await confirmed(), await confirmed()];
    const writer = await connected();
    await writer.query('BEGIN');
    await writer.query(END, [tokens.session.id]);
    await writer.query(TELL, [tokens.session.id]);
    // Of what is not committed nobody knows, and a later number does not hide it.
    const later = await confirmed();
    await writer.query('COMMIT');
    await writer.end();
    expect(await critical(tokens)).toEqual(REVOKED);
    expect(await critical(bystander)).toEqual([]);
    expect(await critical(later)).toEqual([]);
  });

  it.each<[string, (tokens: Tokens) => [url: string, mutation: string, token?: string]]>([
    ['a log-out', (t) => [other.url, `mutation { logout(refreshToken: "${t.refreshToken}") }`]],
    [
      'a change of the password',
      (t) => [
        other.url,
        `mutation { changePassword(currentPassword: "${PASSWORD}", newPassword: "${PASSWORD}, another") { expiresIn } }`,
        t.accessToken,
      ],
    ],
  ])('is refused after %s on another node', async (_what, act) => {
    for (let round = 0; round < 5; round += 1) {
      const tokens = await confirmed();
      const [url, mutation, token] = act(tokens);
      expect((await ask(url, mutation, token === undefined ? {} : { token })).errors).toBe(
        undefined,
      );
      expect(await critical(tokens)).toEqual(REVOKED);
    }
  });

  it('is read again while the feed is lost, and confirmed again after', async () => {
    const tokens = await confirmed();
    await server.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'portcullis-feed'`);
    expect(await critical(tokens)).toEqual([]);
    await confirmed();
  });
});

describe('a change by another hand than a server’s is felt by the next question', () => {
  const BY_HAND: [string, string, string[]][] = [
    ['an end', `${END} AND user_id = $2`, REVOKED],
    [
      'an expiry that is brought nearer',
      'UPDATE sessions SET expires_at = now() WHERE id = $1 AND user_id = $2',
      ['UNAUTHENTICATED/SESSION_EXPIRED'],
    ],
    ['a deletion', 'DELETE FROM sessions WHERE id = $1 AND user_id = $2', REVOKED],
    [
      'a disabled account',
      'UPDATE users SET disabled_at = now() WHERE id = $2 AND $1::text IS NOT NULL',
      ['UNAUTHENTICATED/ACCOUNT_DISABLED'],
    ],
    [
      'a raised token epoch',
      'UPDATE users SET token_epoch = token_epoch + 1 WHERE id = $2 AND $1::text IS NOT NULL',
      REVOKED,
    ],
  ];
  it.each(BY_HAND)('%s', async (_what, sql, expected) => {
    const [tokens, bystander] = [await confirmed(), await confirmed()];
    await server.database.query(sql, [tokens.session.id, tokens.user.id]);
    expect(await critical(tokens)).toEqual(expected);
    expect(await critical(bystander)).toEqual([]);
    await confirmed();
  });

  it.each(BY_HAND)(
    '%s, also when the node has heard of it before',
    async (_what, sql, expected) => {
      const tokens = await confirmed();
      await server.database.query(sql, [tokens.session.id, tokens.user.id]);
      // Of somebody else, which is not possible before.
      await confirmed();
      expect(await critical(tokens)).toEqual(expected);
    },
  );

  it('and by a field with a bound, whose node has heard of it', async () => {
    const own = await startTestServer();
    try {
      const start = await register(own.url, 'ada@example.com', PASSWORD);
      // Old enough for its issue to say nothing: what the feed vouches for alone.
      const token = { ...own.node.deps.accessTokens.verify(start.accessToken), issuedAt: 0 };
      const foreign = guardedSchema(own.database.url, own.node.following.markAge, own.node.deps);
      const bounded = async () => (await foreign.ask('{ bounded }', token)).data;
      await until(async () => (await bounded())?.['bounded'] === 'bounded');
      await own.database.query(`${END} AND user_id = $2`, [start.session.id, start.user.id]);
      await until(async () => (await bounded())?.['bounded'] === null);
      await foreign.close();
    } finally {
      await own.stop();
    }
  });

  it.each([
    ['a raised global epoch', 'INSERT INTO global_epochs (epoch, started_at) VALUES (1, now())'],
    ['the loss of the key that signed', 'DELETE FROM signing_keys'],
    ['the loss of every session', 'TRUNCATE sessions'],
  ])('%s, whosever session it is', async (_what, sql) => {
    const own = await startServerBehindProxy({ env: { FEED_POLL_INTERVAL: '60s' } });
    try {
      const { accessToken: token } = await login(own.url, ADMIN.email, ADMIN.password);
      const query = '{ mySessions { id } }';
      for (let times = 0; times < 3; times += 1) {
        expect(reasons(await ask(own.url, query, { token }))).toEqual([]);
      }
      await own.database.query(sql);
      const answer = await ask(own.url, query, { token });
      expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    } finally {
      await own.stop();
    }
  });
});

it('a change by hand rings the doorbell, once it is committed', async () => {
  const { session, user } = await confirmed();
  const [ears, writer] = [await connected(), await connected()];
  const rings: string[] = [];
  ears.on('notification', ({ channel }) => rings.push(channel));
  await ears.query('LISTEN portcullis');
  await writer.query('BEGIN');
  await writer.query(`${END} AND user_id = $2`, [session.id, user.id]);
  await ears.query('SELECT 1');
  expect(rings).toEqual([]);
  await writer.query('COMMIT');
  await until(() => rings.length > 0);
  expect(rings).toEqual(['portcullis']);
  await Promise.all([ears.end(), writer.end()]);
});

it('what ended by its time is no news, when it is written down or cleared away', async () => {
  const { session } = await confirmed();
  const { database } = server;
  const count = `SELECT count(*)::int AS count FROM revocations WHERE session_ids = '{}'`;
  await database.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [session.id]);
  const before = await database.query(count);
  await database.query(END, [session.id]);
  await database.query('DELETE FROM sessions WHERE id = $1', [session.id]);
  expect(await database.query(count)).toEqual(before);
});

it('what servers do themselves they tell by name: no revocation names nobody', async () => {
  const count = `SELECT count(*)::int AS count FROM revocations WHERE session_ids = '{}'`;
  const before = await server.database.query(count);
  const admin = await login(server.url, ADMIN.email, ADMIN.password);
  const asAdmin = async (mutation: string) => {
    const answer = await ask(server.url, mutation, { token: admin.accessToken });
    expect(answer.errors).toBeUndefined();
  };
  const start = async (name: string) => {
    const tokens = await register(server.url, `${name}@example.com`, PASSWORD);
    return refresh(server.url, tokens.refreshToken);
  };
  const [out, one, all, banned] = [
    await start('out'),
    await start('one'),
    await start('all'),
    await start('banned'),
  ];
  await ask(server.url, 'mutation { logout }', { token: out.accessToken });
  await asAdmin(`mutation { revokeSession(id: "${one.session.id}") { id } }`);
  await asAdmin(`mutation { revokeUserSessions(userId: "${all.user.id}") }`);
  await asAdmin(`mutation { disableUser(id: "${banned.user.id}") { id } }`);
  await asAdmin(`mutation { enableUser(id: "${banned.user.id}") { id } }`);
  await server.node.cleanUp();
  expect(await server.database.query(count)).toEqual(before);
});
