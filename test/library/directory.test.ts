import type { DirectoryUser, UserDirectory } from '../../src/services/index.js';
import { ask, login, reasons as codes, refresh, tryLogin, tryRefresh } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { startLibraryServer } from './support.js';
import type { LibraryServer } from './support.js';

/** Of every error, in order. */
const reasons = (answer: Parameters<typeof codes>[0]) =>
  codes(answer).map((text) => text.split('/').at(-1));

interface Member extends DirectoryUser {
  readonly password: string;
  readonly team: string;
}

const members = new Map<string, Member>();
let isDown = false;
/** Passwords that were judged without a user. */
let decoys = 0;

/** Somebody else's user store: ids of its own kind, no UUIDs. */
const users: UserDirectory<Member> = {
  findByEmail: (email) => {
    if (isDown) throw new Error('connect ECONNREFUSED members-db:5432');
    return Promise.resolve([...members.values()].find((member) => member.email === email));
  },
  findById: async (id) => {
    if (isDown) throw new Error('connect ECONNREFUSED members-db:5432');
    return members.get(id) ?? null;
  },
  verifyPassword: async (member, password) => {
    if (!member) decoys += 1;
    return member?.password === password;
  },
  claims: ({ team }) => ({ team }),
};

const clock = new TestClock();
let server: LibraryServer;
beforeAll(async () => {
  server = await startLibraryServer({
    users,
    clock,
    rename: { User: 'Account' },
    typeDefs: `
      type Query { open: String @public  team: String @auth  boss: String @auth(scopes: [["boss"]]) }
      type User { nick: String }
      extend type Query { someone: User @public }`,
    ownResolvers: {
      Query: {
        team: (_source, _args, { portcullis: { token } }) => token?.claims?.['team'],
        boss: () => 'boss',
        someone: () => ({ nick: 'Bob' }),
      },
    },
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  isDown = false;
  members.clear();
  const ada = {
    id: 'member/42',
    email: 'ada@example.com',
    name: 'Ada',
    password: 'lovelace',
    team: 'red',
  };
  members.set(ada.id, { ...ada, scopes: ['boss'] });
  const bob = {
    id: '0190f6a2-5a4e-7c3a-9b5e-0d8d6c1b2a3f',
    email: 'bob@example.com',
    password: 'builder',
    team: 'blue',
  };
  members.set(bob.id, bob);
});

const change = (id: string, to: Partial<Member>) => {
  const member = members.get(id);
  if (member) members.set(id, { ...member, ...to });
};
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;

describe('a user store of the team’s own', () => {
  it('signs in its users, under its ids, with its scopes and claims', async () => {
    const { accessToken, user } = await login(server.url, ' ADA@example.com', 'lovelace');
    expect(user).toMatchObject({ id: 'member/42' });
    expect(claimsOf(accessToken)).toMatchObject({ sub: 'member/42', scope: 'boss', team: 'red' });
    const { data } = await ask(
      server.url,
      '{ team boss me { id email name scopes } someone { nick } }',
      {
        token: accessToken,
      },
    );
    expect(data).toEqual({
      team: 'red',
      boss: 'boss',
      me: { id: 'member/42', email: 'ada@example.com', name: 'Ada', scopes: ['boss'] },
      someone: { nick: 'Bob' },
    });
  });

  it('may have UUIDs, and leave the scopes to us', async () => {
    const { accessToken, user } = await login(server.url, 'bob@example.com', 'builder');
    expect(user.id).toBe('0190f6a2-5a4e-7c3a-9b5e-0d8d6c1b2a3f');
    expect(claimsOf(accessToken)).toMatchObject({ sub: user.id, scope: '', team: 'blue' });
    await server.portcullis.services.setUserScopes(user.id, ['boss']);
    const again = await login(server.url, 'bob@example.com', 'builder');
    expect(claimsOf(again.accessToken)['scope']).toBe('boss');
    await server.portcullis.services.setUserScopes(user.id, []);
  });

  it('is asked for the password of nobody too, and tells strangers nothing', async () => {
    const before = decoys;
    const wrong = await tryLogin(server.url, 'ada@example.com', 'wrong');
    const unknown = await tryLogin(server.url, 'eve@example.com', 'wrong');
    expect(reasons(wrong)).toEqual(['INVALID_CREDENTIALS']);
    // Of the headers each has its own date.
    expect({ ...unknown, headers: null }).toEqual({ ...wrong, headers: null });
    expect(decoys).toBe(before + 1);
  });

  it('is asked again at each refresh, and what it says then counts', async () => {
    const tokens = await login(server.url, 'ada@example.com', 'lovelace');
    change('member/42', { scopes: [], team: 'green' });
    const next = await refresh(server.url, tokens.refreshToken);
    expect(claimsOf(next.accessToken)).toMatchObject({ scope: '', team: 'green' });
    const { data, errors } = await ask(server.url, '{ team boss }', { token: next.accessToken });
    expect([data, errors?.[0]?.extensions.reason]).toEqual([
      { team: 'green', boss: null },
      'SCOPE_MISSING',
    ]);
  });

  it.each([
    ['has gone', () => members.delete('member/42')],
    ['is kept out', () => change('member/42', { disabled: true })],
  ])('ends the session of a user who %s, at the next refresh', async (_what, ban) => {
    const tokens = await login(server.url, 'ada@example.com', 'lovelace');
    ban();
    expect(reasons(await tryRefresh(server.url, tokens.refreshToken))).toEqual([
      'ACCOUNT_DISABLED',
    ]);
    const after = await ask(server.url, '{ mySessions { id } }', { token: tokens.accessToken });
    expect(reasons(after)).toEqual(['SESSION_REVOKED']);
    expect(reasons(await tryLogin(server.url, 'ada@example.com', 'lovelace'))).toEqual([
      members.size === 1 ? 'INVALID_CREDENTIALS' : 'ACCOUNT_DISABLED',
    ]);
  });

  it('is known by its own ids to administration, and a ban of ours counts too', async () => {
    const { accessToken } = await login(server.url, 'ada@example.com', 'lovelace');
    await server.portcullis.services.disableUser('member/42', { reason: 'left' });
    expect(reasons(await ask(server.url, '{ team }', { token: accessToken }))).toEqual([
      'ACCOUNT_DISABLED',
    ]);
    expect(reasons(await tryLogin(server.url, 'ada@example.com', 'lovelace'))).toEqual([
      'ACCOUNT_DISABLED',
    ]);
    await server.portcullis.services.enableUser('member/42');
    const { session } = await login(server.url, 'ada@example.com', 'lovelace');
    expect(await server.portcullis.services.revokeUserSessions('member/42')).toBeGreaterThan(0);
    await expect(server.portcullis.services.revokeSession(session.id)).resolves.toMatchObject({
      endedReason: 'revoked',
    });
  });

  it('proves passwords again, and keeps the only way to change them and to register', async () => {
    const { accessToken: token } = await login(server.url, 'ada@example.com', 'lovelace');
    const proof = (password: string) =>
      ask(server.url, `mutation { reauthenticate(password: "${password}") { expiresIn } }`, {
        token,
      });
    expect(reasons(await proof('wrong'))).toEqual(['INVALID_CREDENTIALS']);
    expect((await proof('lovelace')).errors).toBeUndefined();
    const change1 =
      'changePassword(currentPassword: "lovelace", newPassword: "a password of some length")';
    expect(
      reasons(await ask(server.url, `mutation { ${change1} { expiresIn } }`, { token })),
    ).toEqual(['newPassword']);
    const register1 =
      'register(input: { email: "new@example.com", password: "a password of some length" })';
    expect(reasons(await ask(server.url, `mutation { ${register1} { expiresIn } }`))).toEqual([
      'REGISTRATION_CLOSED',
    ]);
  });

  it('that is down is an outage, of which nothing is told and by which no session ends', async () => {
    const tokens = await login(server.url, 'ada@example.com', 'lovelace');
    isDown = true;
    for (const answer of [
      await tryLogin(server.url, 'ada@example.com', 'lovelace'),
      await tryRefresh(server.url, tokens.refreshToken),
    ]) {
      expect(answer.errors?.[0]?.extensions).toEqual({
        code: 'STORE_UNAVAILABLE',
        reason: 'STORE_UNAVAILABLE',
        retryable: true,
      });
      expect(JSON.stringify(answer)).not.toMatch(/members-db|ECONN/);
    }
    expect((await ask(server.url, '{ team }', { token: tokens.accessToken })).data).toEqual({
      team: 'red',
    });
    isDown = false;
    await refresh(server.url, tokens.refreshToken);
  });

  it('is asked for ten wrong passwords at once, whether there is such a user or not', async () => {
    for (const email of ['bob@example.com', 'nobody@example.org']) {
      const guesses = Array.from({ length: 14 }, () => tryLogin(server.url, email, 'wrong'));
      const told = (await Promise.all(guesses)).map((answer) => reasons(answer)[0]);
      expect(told.filter((reason) => reason === 'INVALID_CREDENTIALS')).toHaveLength(10);
      expect(told.filter((reason) => reason === 'TOO_MANY_ATTEMPTS')).toHaveLength(4);
    }
    clock.advance(1_000);
    expect(reasons(await tryLogin(server.url, 'bob@example.com', 'builder'))).toEqual([]);
  });

  it('lets a user in who was known by other means', async () => {
    const { accessToken } = await server.portcullis.services.signIn({ userId: 'member/42' });
    expect((await ask(server.url, '{ team }', { token: accessToken })).data).toEqual({
      team: 'red',
    });
    await expect(server.portcullis.services.signIn({ userId: 'nobody' })).rejects.toMatchObject({
      reason: 'userId',
    });
  });

  it('needs no mutation of ours to go on, nor to end', async () => {
    const { services } = server.portcullis;
    const first = await services.signIn({ userId: 'member/42' });
    const next = await services.refresh(first.refreshToken ?? '');
    expect(claimsOf(next.accessToken)['sub']).toBe('member/42');
    await services.signOut(next.refreshToken ?? '');
    await services.signOut(next.refreshToken ?? '');
    await expect(services.refresh(next.refreshToken ?? '')).rejects.toMatchObject({
      reason: 'SESSION_REVOKED',
    });
  });
});
