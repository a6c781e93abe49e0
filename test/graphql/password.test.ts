import { ask, login, reasons, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { audited } from '../support/audit.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const NEW = 'another password of length';
const REAUTHENTICATE = `mutation ($p: String!) { reauthenticate(password: $p) {
  accessToken refreshToken session { id current authenticatedAt } } }`;
const CHANGE = `mutation ($a: String!, $b: String!) {
  changePassword(currentPassword: $a, newPassword: $b) {
    accessToken refreshToken session { id current } user { id } } }`;

const clock = new TestClock();
let server: TestServer;
let count = 0;
beforeAll(async () => {
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());

const someone = (): Promise<Tokens> => register(server.url, `user${++count}@example.com`, PASSWORD);
const critical = async (token: string) =>
  reasons(await ask(server.url, '{ mySessions { id } }', { token }));

describe('reauthenticate', () => {
  it('keeps the session and its refresh token, and opens what asks for a recent password', async () => {
    const first = await login(server.url, ADMIN.email, ADMIN.password);
    clock.advance(301_000);
    const { accessToken: token, refreshToken } = await refresh(server.url, first.refreshToken);
    const set = 'mutation ($id: ID!) { setUserScopes(id: $id, scopes: ["admin"]) { id } }';
    const variables = { id: first.user.id };
    expect(reasons(await ask(server.url, set, { token, variables }))).toEqual([
      'FORBIDDEN/REAUTHENTICATION_REQUIRED',
    ]);
    const answer = await ask(server.url, REAUTHENTICATE, {
      token,
      variables: { p: ADMIN.password },
    });
    const proven = answer.data?.['reauthenticate'];
    const authenticatedAt = new Date(clock.now()).toISOString();
    expect(proven.session).toEqual({ id: first.session.id, current: true, authenticatedAt });
    expect(proven.refreshToken).toBe(refreshToken);
    const again = await ask(server.url, set, { token: proven.accessToken, variables });
    expect(again.errors).toBeUndefined();
    const next = await refresh(server.url, refreshToken);
    expect(
      (await ask(server.url, set, { token: next.accessToken, variables })).errors,
    ).toBeUndefined();
    const [event] = await audited(server.database, 'session.reauthenticated');
    expect(event).toMatchObject({ actor_id: first.user.id, session_id: first.session.id });
  });

  it('with a wrong password changes nothing, and is audited', async () => {
    const { accessToken: token, session } = await someone();
    const answer = await ask(server.url, REAUTHENTICATE, { token, variables: { p: 'wrong' } });
    expect(reasons(answer)).toEqual(['INVALID_CREDENTIALS/INVALID_CREDENTIALS']);
    expect(await critical(token)).toEqual([]);
    const events = await audited(server.database, 'session.reauthentication-refused');
    expect(events).toEqual([expect.objectContaining({ session_id: session.id })]);
  });
});

describe('changePassword', () => {
  it('ends the other sessions and goes on with new tokens only', async () => {
    const tokens = await someone();
    const email = `user${count}@example.com`;
    const rotated = await refresh(server.url, tokens.refreshToken);
    const other = await login(server.url, email, PASSWORD);
    const answer = await ask(server.url, CHANGE, {
      token: rotated.accessToken,
      variables: { a: PASSWORD, b: NEW },
    });
    const changed = answer.data?.['changePassword'] as Tokens;
    expect(changed.session).toEqual({ id: tokens.session.id, current: true });
    for (const old of [tokens, rotated]) {
      expect(reasons(await tryRefresh(server.url, old.refreshToken))).toEqual([
        'REFRESH_REJECTED/REFRESH_INVALID',
      ]);
      expect(await critical(old.accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
    expect(reasons(await tryRefresh(server.url, other.refreshToken))).toEqual([
      'REFRESH_REJECTED/SESSION_REVOKED',
    ]);
    expect(await critical(other.accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    expect(await critical(changed.accessToken)).toEqual([]);
    const next = await refresh(server.url, changed.refreshToken);
    expect(await critical(next.accessToken)).toEqual([]);
    expect(reasons(await tryLogin(server.url, email, PASSWORD))).toEqual([
      'INVALID_CREDENTIALS/INVALID_CREDENTIALS',
    ]);
    await login(server.url, email, NEW);
    const [event] = await audited(server.database, 'user.password-changed');
    expect(event).toMatchObject({ actor_id: tokens.user.id, session_id: tokens.session.id });
  });

  it.each([
    ['a wrong current one', 'wrong', NEW, 'INVALID_CREDENTIALS/INVALID_CREDENTIALS'],
    ['a short new one', PASSWORD, 'short', 'BAD_USER_INPUT/newPassword'],
    ['a new one of 1 MB', PASSWORD, 'x'.repeat(90_000), 'BAD_USER_INPUT/newPassword'],
  ])('with %s changes nothing', async (_name, a, b, reason) => {
    const { accessToken: token, refreshToken } = await someone();
    const answer = await ask(server.url, CHANGE, { token, variables: { a, b } });
    expect([answer.data, reasons(answer)]).toEqual([{ changePassword: null }, [reason]]);
    expect(await critical(token)).toEqual([]);
    await refresh(server.url, refreshToken);
    await login(server.url, `user${count}@example.com`, PASSWORD);
  });

  it('twice at once, from the same old password: one wins', async () => {
    const mine = await someone();
    const other = await login(server.url, `user${count}@example.com`, PASSWORD);
    const answers = await Promise.all(
      [mine, other].map(({ accessToken: token }, index) =>
        ask(server.url, CHANGE, { token, variables: { a: PASSWORD, b: `${NEW}${index}` } }),
      ),
    );
    const winners = answers.filter(({ data }) => data?.['changePassword']);
    expect(winners).toHaveLength(1);
  });

  it('that races a login with the old password leaves that login no live session', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { accessToken: token } = await someone();
      const email = `user${count}@example.com`;
      const [, signedIn] = await Promise.all([
        ask(server.url, CHANGE, { token, variables: { a: PASSWORD, b: NEW } }),
        tryLogin(server.url, email, PASSWORD),
      ]);
      const late = signedIn.data?.['login'] as Tokens | null;
      if (late)
        expect(await critical(late.accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    }
  });
});

describe('a password changed on another node', () => {
  it('voids the refresh tokens that this node has made, and the new one is good here', async () => {
    const { session, ...tokens } = await someone();
    const other = await startTestServer({ clock, database: server.database });
    const { accessToken: token } = tokens;
    const answer = await ask(other.url, CHANGE, { token, variables: { a: PASSWORD, b: NEW } });
    await other.stop();
    const changed = answer.data?.['changePassword'] as Tokens;
    expect(reasons(await tryRefresh(server.url, tokens.refreshToken))).toEqual([
      'REFRESH_REJECTED/REFRESH_INVALID',
    ]);
    expect((await refresh(server.url, changed.refreshToken)).session.id).toBe(session.id);
  });
});
