import { generateKeyPairSync } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { ask, login, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { CHALLENGE, atField, refused, unauthenticated, verdict } from '../support/errors.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const clock = new TestClock();
let one: TestServer;
let two: TestServer;
/** Follows no feed, so it hears of nothing by itself. */
let deaf: TestServer;
let users = 0;
beforeAll(async () => {
  one = await startTestServer({ clock, env: { SESSION_IDLE_TTL: '60s' } });
  two = await startTestServer({ clock, database: one.database });
  const env = { PORTCULLIS_SCHEME: 'stateless' };
  deaf = await startTestServer({ clock, database: one.database, env });
});
afterAll(async () => {
  await two.stop();
  await deaf.stop();
  await one.stop();
});

const someone = (): Promise<Tokens> => register(one.url, `user${++users}@example.com`, PASSWORD);
const admin = (): Promise<Tokens> => login(one.url, ADMIN.email, ADMIN.password);
const DISABLE = 'mutation ($id: ID!) { disableUser(id: $id) { id } }';

describe('without a token', () => {
  it('a guarded field of a query is null, beside what is open', async () => {
    const answer = await ask(one.url, '{ me { id } fieldPolicies { public } }');
    expect(answer.data?.['fieldPolicies']).not.toHaveLength(0);
    const fieldPolicies = answer.data?.['fieldPolicies'] as object;
    expect(verdict(answer)).toEqual(
      atField('me', unauthenticated('NO_TOKEN'), { me: null, fieldPolicies }),
    );
  });

  it('a guarded root field refuses a whole mutation', async () => {
    const answer = await ask(one.url, 'mutation { logoutEverywhere }');
    expect(verdict(answer)).toEqual(refused(401, unauthenticated('NO_TOKEN'), CHALLENGE.none));
  });
});

describe('a bad token refuses the whole operation', () => {
  const TOKEN_INVALID = refused(401, unauthenticated('TOKEN_INVALID'), CHALLENGE.invalid);

  it.each([
    ['not a JWT', 'garbage'],
    ['three dots', '...'],
    ['without a signature', 'eyJhbGciOiJub25lIn0.e30.'],
    ['of 5 KB', 'a'.repeat(5_000)],
  ])('when it is %s', async (_name, token) => {
    expect(verdict(await ask(one.url, '{ me { id } }', { token }))).toEqual(TOKEN_INVALID);
  });

  it('when somebody else signed it, with our kid', async () => {
    const { accessToken } = await someone();
    const { header, payload } = jsonwebtoken.decode(accessToken, { complete: true }) ?? {};
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const forged = jsonwebtoken.sign(payload as object, privateKey, {
      algorithm: 'ES256',
      ...(header ? { header } : {}),
    });
    expect(verdict(await ask(one.url, '{ me { id } }', { token: forged }))).toEqual(TOKEN_INVALID);
  });

  it('when another scheme than Bearer presents it', async () => {
    const headers = { authorization: 'Basic dXNlcjpwYXNzd29yZA==' };
    expect(verdict(await ask(one.url, '{ me { id } }', { headers }))).toEqual(TOKEN_INVALID);
  });

  it('when it has expired, after the tolerance for clocks', async () => {
    const { accessToken: token } = await login(two.url, ADMIN.email, ADMIN.password);
    clock.advance(5 * 60_000 + 5_000);
    expect((await ask(two.url, '{ me { id } }', { token })).data).not.toBeNull();
    clock.advance(1_000);
    expect(verdict(await ask(two.url, '{ me { id } }', { token }))).toEqual(
      refused(401, unauthenticated('TOKEN_EXPIRED'), CHALLENGE.invalid),
    );
  });
});

describe('a session that is over', () => {
  it('refuses the whole operation where the revocation is known', async () => {
    const { accessToken: token, refreshToken } = await someone();
    await ask(one.url, 'mutation ($t: String) { logout(refreshToken: $t) }', {
      variables: { t: refreshToken },
    });
    const answer = await ask(one.url, '{ me { id } mySessions { id } }', { token });
    expect(verdict(answer)).toEqual(
      refused(401, unauthenticated('SESSION_REVOKED'), CHALLENGE.invalid),
    );
  });

  it('is found out by the check of a critical field where it is not, and known from then on', async () => {
    const { accessToken: token, refreshToken } = await someone();
    const me = { email: `user${users}@example.com` };
    await ask(two.url, 'mutation ($t: String) { logout(refreshToken: $t) }', {
      variables: { t: refreshToken },
    });
    const query = '{ mySessions { id } me { email } }';
    expect(verdict(await ask(deaf.url, query, { token }))).toEqual(
      atField('mySessions', unauthenticated('SESSION_REVOKED'), { mySessions: null, me }),
    );
    expect((await ask(deaf.url, query, { token })).status).toBe(401);
  });

  it('is SESSION_EXPIRED where only time has ended it', async () => {
    const { accessToken: token, refreshToken } = await someone();
    clock.advance(61_000);
    expect(verdict(await ask(one.url, '{ mySessions { id } }', { token }))).toEqual(
      atField('mySessions', unauthenticated('SESSION_EXPIRED')),
    );
    expect(verdict(await tryRefresh(one.url, refreshToken))).toEqual(
      atField('refresh', { code: 'REFRESH_REJECTED', reason: 'SESSION_EXPIRED' }),
    );
  });

  it('is ACCOUNT_DISABLED where its account is, before and at a check', async () => {
    const { accessToken: token, refreshToken, user } = await someone();
    const { accessToken: other } = await admin();
    await ask(one.url, DISABLE, { token: other, variables: { id: user.id } });
    const disabled = unauthenticated('ACCOUNT_DISABLED');
    expect(verdict(await ask(one.url, '{ me { id } }', { token }))).toEqual(
      refused(401, disabled, CHALLENGE.invalid),
    );
    expect(verdict(await ask(deaf.url, '{ mySessions { id } }', { token }))).toEqual(
      atField('mySessions', disabled),
    );
    expect(verdict(await tryRefresh(two.url, refreshToken))).toEqual(
      atField('refresh', { code: 'REFRESH_REJECTED', reason: 'ACCOUNT_DISABLED' }),
    );
  });
});

describe('a caller who may not', () => {
  const SCOPE_MISSING = { code: 'FORBIDDEN', reason: 'SCOPE_MISSING' };

  it('is told so at the field of a query', async () => {
    const { accessToken: token, user } = await someone();
    const answer = await ask(one.url, '{ users { totalCount } me { id } }', { token });
    expect(verdict(answer)).toEqual(
      atField('users', SCOPE_MISSING, { users: null, me: { id: user.id } }),
    );
  });

  it('is refused a whole mutation with 403', async () => {
    const { accessToken: token, user } = await someone();
    const answer = await ask(one.url, DISABLE, { token, variables: { id: user.id } });
    expect(verdict(answer)).toEqual(refused(403, SCOPE_MISSING, CHALLENGE.scope));
  });

  it('is asked for the password where it was entered too long ago', async () => {
    const first = await login(two.url, ADMIN.email, ADMIN.password);
    clock.advance(200_000);
    const { accessToken: token } = await refresh(two.url, first.refreshToken);
    const mutation = 'mutation { revokeAllSessions(reason: "") }';
    clock.advance(100_000);
    expect((await ask(two.url, mutation, { token })).errors?.[0]?.extensions.reason).toBe('reason');
    clock.advance(1_000);
    expect(verdict(await ask(two.url, mutation, { token }))).toEqual(
      refused(
        403,
        { code: 'FORBIDDEN', reason: 'REAUTHENTICATION_REQUIRED', maxAuthAge: 300 },
        CHALLENGE.age(300),
      ),
    );
  });
});

describe('credentials', () => {
  const WRONG = { code: 'INVALID_CREDENTIALS', reason: 'INVALID_CREDENTIALS' };

  it('that are wrong are refused in the same bytes for a real, an unknown and a disabled account', async () => {
    const { user } = await someone();
    const email = `user${users}@example.com`;
    const { accessToken: token } = await admin();
    await ask(one.url, DISABLE, { token, variables: { id: user.id } });
    const answers = [];
    for (const address of [ADMIN.email, 'nobody@example.com', email]) {
      answers.push(await tryLogin(one.url, address, 'this is not it'));
    }
    expect(answers.map(verdict)).toEqual(answers.map(() => atField('login', WRONG)));
    expect(new Set(answers.map(({ errors }) => JSON.stringify(errors))).size).toBe(1);
    expect(verdict(await tryLogin(one.url, email, PASSWORD))).toEqual(
      atField('login', { code: 'ACCOUNT_DISABLED', reason: 'ACCOUNT_DISABLED' }),
    );
  });

  it('of another form or another server are REFRESH_INVALID', async () => {
    for (const token of ['', 'garbage', `prt_${'A'.repeat(71)}`, 'prt_\u0000', 'x'.repeat(9_000)]) {
      expect(verdict(await tryRefresh(one.url, token))).toEqual(
        atField('refresh', { code: 'REFRESH_REJECTED', reason: 'REFRESH_INVALID' }),
      );
    }
  });

  it('that were used before are REFRESH_REUSED, and then their session is SESSION_REVOKED', async () => {
    const first = await someone();
    const next = await refresh(one.url, first.refreshToken);
    clock.advance(31_000);
    expect(verdict(await tryRefresh(one.url, first.refreshToken))).toEqual(
      atField('refresh', { code: 'REFRESH_REJECTED', reason: 'REFRESH_REUSED' }),
    );
    expect(verdict(await tryRefresh(one.url, next.refreshToken))).toEqual(
      atField('refresh', { code: 'REFRESH_REJECTED', reason: 'SESSION_REVOKED' }),
    );
  });
});
