import { ask, login, reasons, register, tryRefresh } from '../support/client.js';
import type { AskOptions, Tokens } from '../support/client.js';
import { audited } from '../support/audit.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { addSessions } from '../support/stored-sessions.js';

const PASSWORD = 'a password of some length';
const clock = new TestClock();
let server: TestServer;
let admin: Tokens;
let count = 0;
beforeAll(async () => {
  server = await startTestServer({ clock });
});
beforeEach(async () => {
  admin = await login(server.url, ADMIN.email, ADMIN.password);
});
afterAll(() => server.stop());

const run = (query: string, options: AskOptions = {}) => ask(server.url, query, options);

/** A new user with so many sessions, the oldest first. */
async function sessions(number: number, device?: object): Promise<Tokens[]> {
  const email = `user${++count}@example.com`;
  const made = [await register(server.url, email, PASSWORD)];
  while (made.length < number) {
    clock.advance(1_000);
    made.push(await login(server.url, email, PASSWORD, device));
  }
  return made;
}

/** Which of these can still refresh. The clock moves on, so that no grace blurs the picture. */
async function alive(tokens: readonly Tokens[]): Promise<boolean[]> {
  const answers = [];
  for (const { refreshToken } of tokens) answers.push(await tryRefresh(server.url, refreshToken));
  return answers.map(({ errors }) => errors === undefined);
}

describe('mySessions', () => {
  it('lists the open ones, newest first, and the ended ones when asked', async () => {
    const [a, b, c] = (await sessions(3, { id: 'phone', name: 'My phone' })) as [
      Tokens,
      Tokens,
      Tokens,
    ];
    const variables = { id: b.session.id };
    const revoke = 'mutation ($id: ID!) { revokeMySession(id: $id) { id status endedReason } }';
    const revoked = await run(revoke, { token: c.accessToken, variables });
    expect(revoked.data).toEqual({
      revokeMySession: { id: b.session.id, status: 'ENDED', endedReason: 'revoked: by the user' },
    });
    const { data } = await run(
      `{ mySessions { id current device { name } }
         all: mySessions(includeEnded: true) { id status endedAt ip userAgent } }`,
      { token: c.accessToken, headers: { 'user-agent': 'whatever' } },
    );
    expect(data?.['mySessions']).toEqual([
      { id: c.session.id, current: true, device: { name: 'My phone' } },
      { id: a.session.id, current: false, device: { name: null } },
    ]);
    expect(data?.['all']).toEqual([
      expect.objectContaining({ id: c.session.id, status: 'ACTIVE', endedAt: null }),
      expect.objectContaining({ id: b.session.id, status: 'ENDED', ip: '127.0.0.1' }),
      expect.objectContaining({ id: a.session.id, status: 'ACTIVE' }),
    ]);
    expect(await alive([a, b, c])).toEqual([true, false, true]);
    const [event] = (await audited(server.database, 'session.revoked')).slice(-1);
    const actor = { actor_id: c.user.id, user_id: c.user.id, session_id: b.session.id };
    expect(event).toMatchObject(actor);
  });

  it('revokeMySession does not know the sessions of others', async () => {
    const [mine] = (await sessions(1)) as [Tokens];
    const revoke = 'mutation ($id: ID!) { revokeMySession(id: $id) { id } }';
    const variables = { id: admin.session.id };
    const answer = await run(revoke, { token: mine.accessToken, variables });
    const unknown = await run(revoke, {
      token: mine.accessToken,
      variables: { id: '0190a5d2-0000-7000-8000-000000000000' },
    });
    expect(reasons(answer)).toEqual(['BAD_USER_INPUT/id']);
    expect(answer.errors).toEqual(unknown.errors);
    expect(await alive([admin])).toEqual([true]);
  });
});

describe('logoutEverywhere', () => {
  it('ends all sessions of the caller and answers how many', async () => {
    const tokens = await sessions(3);
    const token = tokens[1]?.accessToken;
    expect((await run('mutation { logoutEverywhere }', { token })).data).toEqual({
      logoutEverywhere: 3,
    });
    expect(await alive([...tokens, admin])).toEqual([false, false, false, true]);
    expect((await run('{ me { id } }', { token })).status).toBe(401);
  });

  it('keeps the one that asks if told so', async () => {
    const tokens = await sessions(3);
    const token = tokens[1]?.accessToken;
    const answer = await run('mutation { logoutEverywhere(keepCurrent: true) }', { token });
    expect(answer.data).toEqual({ logoutEverywhere: 2 });
    expect(await alive(tokens)).toEqual([false, true, false]);
    expect((await run('{ mySessions { current } }', { token })).data).toEqual({
      mySessions: [{ current: true }],
    });
    const again = await run('mutation { logoutEverywhere(keepCurrent: true) }', { token });
    expect(again.data).toEqual({ logoutEverywhere: 0 });
  });
});

describe('an admin', () => {
  it('revokes one session, twice with the same answer, and it is audited once', async () => {
    const [a, b] = (await sessions(2)) as [Tokens, Tokens];
    const revoke =
      'mutation ($id: ID!) { revokeSession(id: $id, reason: "stolen") { status endedReason } }';
    const options = { token: admin.accessToken, variables: { id: a.session.id } };
    const first = await run(revoke, options);
    expect(first.data).toEqual({
      revokeSession: { status: 'ENDED', endedReason: 'revoked: stolen' },
    });
    expect((await run(revoke, options)).data).toEqual(first.data);
    expect(await alive([a, b])).toEqual([false, true]);
    const events = await audited(server.database, 'session.revoked');
    expect(events.filter(({ session_id: id }) => id === a.session.id)).toEqual([
      expect.objectContaining({ actor_id: admin.user.id, user_id: a.user.id, detail: 'stolen' }),
    ]);
  });

  it('revokes the sessions of one device', async () => {
    const [other, ...phones] = await sessions(3, { id: 'phone' });
    const revoke =
      'mutation ($id: ID!, $device: ID) { revokeUserSessions(userId: $id, deviceId: $device) }';
    const variables = { id: other?.user.id, device: 'phone' };
    const answer = await run(revoke, { token: admin.accessToken, variables });
    expect(answer.data).toEqual({ revokeUserSessions: 2 });
    expect(await alive([...phones, other as Tokens])).toEqual([false, false, true]);
  });

  it('revokes all sessions of a user', async () => {
    const tokens = await sessions(2);
    const revoke = 'mutation ($id: ID!) { revokeUserSessions(userId: $id, reason: "left") }';
    const variables = { id: tokens[0]?.user.id };
    const answer = await run(revoke, { token: admin.accessToken, variables });
    expect(answer.data).toEqual({ revokeUserSessions: 2 });
    expect(await alive([...tokens, admin])).toEqual([false, false, true]);
    const [event] = (await audited(server.database, 'user.sessions-revoked')).slice(-1);
    expect(event).toMatchObject({ actor_id: admin.user.id, user_id: variables.id, detail: 'left' });
  });

  it('revokes 100,000 sessions of everybody with one row, within a second', async () => {
    const [user] = (await sessions(1)) as [Tokens];
    await addSessions(server.database, { userId: user.user.id, clock, count: 100_000 });
    const rows = async () => {
      const [row] = await server.database.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM revocations',
      );
      return row?.n ?? 0;
    };
    const before = await rows();
    const started = performance.now();
    const answer = await run('mutation { revokeAllSessions(reason: "leak") }', {
      token: admin.accessToken,
    });
    const took = performance.now() - started;
    expect(answer.data?.['revokeAllSessions']).toBeGreaterThan(100_000);
    expect(took).toBeLessThan(1_000);
    expect(await rows()).toBe(before + 1);
    expect(await alive([user, admin])).toEqual([false, false]);
    for (const { accessToken: token } of [user, admin]) {
      expect((await run('{ me { id } }', { token })).status).toBe(401);
    }
    const [event] = await audited(server.database, 'everyone.revoked');
    expect(event).toMatchObject({ actor_id: admin.user.id, detail: 'leak' });
    await login(server.url, ADMIN.email, ADMIN.password);
  });
});
