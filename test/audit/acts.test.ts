import { TestClock } from '../support/clock.js';
import { ask, login, reasons, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Answer, Tokens } from '../support/client.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { newRows, row } from './support.js';
import type { Row } from './support.js';

const PASSWORD = 'a password of some length';
const ip = '127.0.0.1';
const clock = new TestClock();
let server: TestServer;
let rows: () => Promise<Row[]>;
let admin: Tokens;
let ada: Tokens;
beforeAll(async () => {
  server = await startTestServer({ clock, env: { REFRESH_GRACE: '0s' } });
  rows = newRows(server);
  ada = await register(server.url, 'ada@example.com', PASSWORD);
});
afterAll(() => server.stop());
beforeEach(async () => {
  admin = await login(server.url, ADMIN.email, ADMIN.password);
  await rows();
});

const as = async ({ accessToken: token }: Tokens, query: string): Promise<Answer> => {
  const answer = await ask(server.url, query, { token });
  expect(reasons(answer)).toEqual([]);
  return answer;
};
const user = () => ada.user.id;
/** Ada on another device. */
const signIn = async (): Promise<Tokens> => {
  const tokens = await login(server.url, 'ada@example.com', PASSWORD);
  await rows();
  return tokens;
};
const byAdmin = () => ({ actor: admin.user.id, ip });

describe('the log of sign-ins has', () => {
  it('a registration, and the session that it starts', async () => {
    const { user, session } = await register(server.url, 'bob@example.com', PASSWORD);
    expect(await rows()).toEqual([
      row('user.registered', { user: user.id, ip }),
      row('session.started', { user: user.id, session: session.id, ip }),
    ]);
  });

  it('a sign-in', async () => {
    const { session } = await login(server.url, 'ada@example.com', PASSWORD);
    expect(await rows()).toEqual([
      row('session.started', { user: user(), session: session.id, ip }),
    ]);
  });

  it('a failed one, never what was entered', async () => {
    const slip = `${PASSWORD.replaceAll(' ', '.')}@slip`;
    await tryLogin(server.url, 'ada@example.com', 'a wrong password of hers');
    await tryLogin(server.url, slip, 'a wrong password of hers');
    const detail = 'wrong credentials';
    expect(await rows()).toEqual([
      row('session.refused', { user: user(), ip, detail }),
      row('session.refused', { ip, detail }),
    ]);
    const [{ dump } = { dump: '' }] = await server.database.query<{ dump: string }>(
      'SELECT string_agg(CAST(e AS text), chr(10)) AS dump FROM audit_events e',
    );
    expect(dump).toContain('session.refused');
    expect(dump).not.toContain('a.password');
    expect(dump).not.toContain('wrong password');
  });

  it('a refresh, and a reuse, which ends the session', async () => {
    const { session, refreshToken } = await signIn();
    await refresh(server.url, refreshToken);
    clock.advance(1_000);
    await tryRefresh(server.url, refreshToken);
    const who = { user: user(), session: session.id, ip };
    expect(await rows()).toEqual([
      row('session.refreshed', who),
      row('session.refresh-reused', { ...who, ended: 1 }),
    ]);
  });

  it('a log-out, of one session and of all others', async () => {
    const [one, two] = [await signIn(), await signIn()];
    await as(one, 'mutation { logout }');
    await as(two, 'mutation { logoutEverywhere(keepCurrent: true) }');
    const session = two.session.id;
    expect(await rows()).toEqual([
      row('session.logged-out', { user: user(), session: one.session.id, ip, ended: 1 }),
      row('user.sessions-revoked', {
        ...{ actor: user(), user: user(), session, ip, detail: 'by the user' },
        ended: expect.any(Number),
      }),
    ]);
  });
});

describe('the log of passwords has', () => {
  it('a re-authentication and a refused one', async () => {
    const tokens = await signIn();
    const again = (password: string) =>
      `mutation { reauthenticate(password: "${password}") { expiresIn } }`;
    await as(tokens, again(PASSWORD));
    await ask(server.url, again('a wrong password of hers'), { token: tokens.accessToken });
    const who = { actor: user(), user: user(), session: tokens.session.id, ip };
    expect(await rows()).toEqual([
      row('session.reauthenticated', who),
      row('session.reauthentication-refused', who),
    ]);
  });

  it('a change', async () => {
    const { user, session, ...tokens } = await register(server.url, 'eve@example.com', PASSWORD);
    await login(server.url, 'eve@example.com', PASSWORD);
    await rows();
    const words = `currentPassword: "${PASSWORD}", newPassword: "quite another long password"`;
    await as({ user, session, ...tokens }, `mutation { changePassword(${words}) { expiresIn } }`);
    const who = { actor: user.id, user: user.id, session: session.id, ip };
    expect(await rows()).toEqual([row('user.password-changed', { ...who, ended: 1 })]);
  });
});

describe('the log of admin acts has', () => {
  it('the end of one session, by an admin and by its user', async () => {
    const [one, two, mine] = [await signIn(), await signIn(), await signIn()];
    const end = ({ session }: Tokens) => `(id: "${session.id}"`;
    await as(admin, `mutation { revokeSession${end(one)}, reason: "stolen") { id } }`);
    await as(mine, `mutation { revokeMySession${end(two)}) { id } }`);
    const what = { user: user(), ip, ended: 1 };
    expect(await rows()).toEqual([
      row('session.revoked', {
        ...{ ...what, ...byAdmin(), session: one.session.id, detail: 'stolen' },
      }),
      row('session.revoked', {
        ...{ ...what, actor: user(), session: two.session.id, detail: 'by the user' },
      }),
    ]);
  });

  it('the end of all sessions of a device, of a user and of everybody', async () => {
    const { session } = await signIn();
    const of = `userId: "${user()}", reason: "lost"`;
    const device = session.device.id;
    await as(admin, `mutation { revokeUserSessions(${of}, deviceId: "${device}") }`);
    await as(admin, `mutation { revokeUserSessions(${of}) }`);
    await as(admin, 'mutation { revokeAllSessions(reason: "a drill") }');
    const what = { ...byAdmin(), user: user(), detail: 'lost' };
    const ended: number = expect.any(Number);
    expect(await rows()).toEqual([
      row('user.sessions-revoked', { ...what, ended: 1 }),
      row('user.sessions-revoked', { ...what, ended }),
      row('everyone.revoked', { ...byAdmin(), detail: 'a drill', ended }),
    ]);
  });

  it('a disabling, the sign-ins that it stops, and an enabling', async () => {
    await signIn();
    const id = `id: "${user()}"`;
    await as(admin, `mutation { disableUser(${id}, reason: "left") { id } }`);
    await tryLogin(server.url, 'ada@example.com', PASSWORD);
    await as(admin, `mutation { enableUser(${id}) { id } }`);
    await as(admin, `mutation { disableUsers(ids: ["${user()}"]) }`);
    await as(admin, `mutation { enableUser(${id}) { id } }`);
    const what = { ...byAdmin(), user: user() };
    expect(await rows()).toEqual([
      row('user.disabled', { ...what, detail: 'left', ended: expect.any(Number) }),
      row('session.refused', { user: user(), ip, detail: 'account disabled' }),
      row('user.enabled', what),
      row('user.disabled', what),
      row('user.enabled', what),
    ]);
  });

  it('a change of scopes, with what they were', async () => {
    const set = (scopes: string) => `mutation { setUserScopes(id: "${user()}", ${scopes}) { id } }`;
    await as(admin, set('scopes: ["support", "audit"]'));
    await as(admin, set('scopes: []'));
    const what = { ...byAdmin(), user: user() };
    expect(await rows()).toEqual([
      row('user.scopes-changed', { ...what, detail: 'none -> audit support' }),
      row('user.scopes-changed', { ...what, detail: 'audit support -> none' }),
    ]);
  });

  it('the rotation of keys, and one that revokes', async () => {
    const rotate = async (args = '') => {
      const answer = await as(admin, `mutation { rotateSigningKey${args} { kid } }`);
      return String(answer.data?.['rotateSigningKey'].kid);
    };
    const waiting = await rotate();
    const signs = await rotate('(revokeIssued: true)');
    expect(await rows()).toEqual([
      row('key.rotated', { ...byAdmin(), detail: waiting }),
      row('key.rotated', { ...byAdmin(), detail: signs }),
      row('key.revoked', {
        ...byAdmin(),
        detail: expect.stringMatching(`^${signs} replaces .*${waiting}`),
      }),
      row('everyone.revoked', {
        ...byAdmin(),
        detail: 'signing keys revoked',
        ended: expect.any(Number),
      }),
    ]);
  });
});

describe('the log of refused acts', () => {
  const REFUSED = ['FORBIDDEN/SCOPE_MISSING'];
  const refused = ({ session }: Tokens, what: string) => {
    const detail = `${what} SCOPE_MISSING`;
    const who = { actor: user(), user: user(), session: session.id };
    return row('access.refused', { ...who, ip, detail });
  };

  it('has the field that a caller may not ask, before the refusal is answered', async () => {
    const tokens = await signIn();
    const { accessToken: token } = tokens;
    const query = '{ me { id sessions { id } } users { edges { cursor } } }';
    expect(reasons(await ask(server.url, query, { token })).sort()).toEqual([
      ...REFUSED,
      ...REFUSED,
    ]);
    const all = await rows();
    expect(all).toHaveLength(2);
    expect(all).toEqual(
      expect.arrayContaining([refused(tokens, 'Query.users'), refused(tokens, 'User.sessions')]),
    );
    const mutation = `mutation { enableUser(id: "${user()}") { id } }`;
    expect(reasons(await ask(server.url, mutation, { token }))).toEqual(REFUSED);
    expect(await rows()).toEqual([refused(tokens, 'Mutation.enableUser')]);
  });

  it('has a password that was entered too long ago', async () => {
    clock.advance(301_000);
    const { accessToken: token } = await refresh(server.url, admin.refreshToken);
    const query = 'mutation { revokeAllSessions(reason: "a drill") }';
    const answer = await ask(server.url, query, { token });
    expect(reasons(answer)).toEqual(['FORBIDDEN/REAUTHENTICATION_REQUIRED']);
    const detail = 'Mutation.revokeAllSessions REAUTHENTICATION_REQUIRED';
    const { user, session } = admin;
    expect((await rows()).slice(1)).toEqual([
      row('access.refused', { ...byAdmin(), user: user.id, session: session.id, detail }),
    ]);
  });

  it('has one row a minute, whatever a caller asks in it', async () => {
    const [one, two] = [await signIn(), await signIn()];
    const fields = Array.from({ length: 5 }, (_, n) => `f${n}: auditLog { edges { cursor } }`);
    const flood = async ({ accessToken: token }: Tokens) =>
      ask(server.url, `{ ${fields.join(' ')} }`, { token });
    await Promise.all([flood(one), flood(one)]);
    await flood(two);
    expect(await rows()).toEqual([refused(one, 'Query.auditLog')]);
    clock.advance(60_000);
    await flood(two);
    expect(await rows()).toEqual([refused(two, 'Query.auditLog')]);
  });

  it('has nobody who is not signed in', async () => {
    await ask(server.url, '{ users { edges { cursor } } }');
    await ask(server.url, `mutation { enableUser(id: "${user()}") { id } }`);
    expect(await rows()).toEqual([]);
  });

  it('is no reason to let a caller in, or to wait, when it cannot be written', async () => {
    const { accessToken: token } = await signIn();
    await server.database.query('ALTER TABLE audit_events RENAME TO elsewhere');
    const query = '{ nodes { name } }';
    expect(reasons(await ask(server.url, query, { token }))).toEqual(REFUSED);
    await server.database.query('ALTER TABLE elsewhere RENAME TO audit_events');
    expect(server.log()).toContain('refused acts are not in the audit log');
    expect(await rows()).toEqual([]);
    await ask(server.url, query, { token });
    expect(await rows()).toMatchObject([{ detail: 'Query.nodes SCOPE_MISSING' }]);
  });
});
