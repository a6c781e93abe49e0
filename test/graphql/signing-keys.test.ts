import { decode } from 'jsonwebtoken';
import { audited } from '../support/audit.js';
import { ask, login, reasons, refresh, register, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { ADMIN, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PASSWORD = 'a password of some length';
const MINUTE = 60_000;
/** Longest life of a token with the tolerances: ACCESS_TTL, twice CLOCK_TOLERANCE, and a second. */
const TOKEN_LIFE = 5 * MINUTE + 11_000;
const FIELDS = 'kid algorithm status createdAt signsFrom signsUntil verifiesUntil';
const ROTATE = `mutation ($all: Boolean! = false) { rotateSigningKey(revokeIssued: $all) { ${FIELDS} } }`;

let clock: TestClock;
let one: TestServer;
let two: TestServer;
beforeEach(async () => {
  clock = new TestClock();
  one = await startTestServer({ clock });
  two = await startTestServer({ clock, database: one.database });
});
afterEach(async () => {
  await two.stop();
  await one.stop();
});

interface Key {
  readonly kid: string;
  readonly status: string;
}

/** Both nodes know what the database says, as they do after a second. */
const bothLook = () => Promise.all([one, two].map(({ node }) => node.deps.keys.reload()));
const admin = (server = one) => login(server.url, ADMIN.email, ADMIN.password);
const kidOf = ({ accessToken }: Tokens) => decode(accessToken, { complete: true })?.header.kid;

async function rotate(all = false, server = one): Promise<Key> {
  const { accessToken: token } = await admin(server);
  const { data, errors } = await ask(server.url, ROTATE, { token, variables: { all } });
  expect(errors).toBeUndefined();
  return data?.['rotateSigningKey'] as Key;
}

async function listed(): Promise<Key[]> {
  const { accessToken: token } = await admin();
  const { data } = await ask(one.url, `{ signingKeys { ${FIELDS} } }`, { token });
  return data?.['signingKeys'] as Key[];
}

async function jwks({ url }: TestServer): Promise<string[]> {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  for (const key of keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  }
  return keys.map(({ kid = '' }) => kid).sort();
}

const me = ({ url }: TestServer, { accessToken: token }: Tokens) =>
  ask(url, '{ me { id } }', { token });

describe('a signing key', () => {
  it('is published, then signs, then only verifies, then is gone', async () => {
    const at = (ahead: number) => new Date(clock.now() + ahead).toISOString();
    const [first] = await listed();
    expect(first).toEqual({
      kid: expect.any(String),
      algorithm: 'ES256',
      status: 'SIGNS',
      createdAt: at(0),
      signsFrom: at(0),
      signsUntil: null,
      verifiesUntil: null,
    });
    clock.advance(MINUTE);

    // Published: on every node among the public keys, and no token bears it.
    const second = await rotate();
    expect(second).toEqual({
      kid: expect.any(String),
      algorithm: 'ES256',
      status: 'PUBLISHED',
      createdAt: at(0),
      signsFrom: at(10 * MINUTE),
      signsUntil: null,
      verifiesUntil: null,
    });
    expect(await listed()).toEqual([
      second,
      { ...first, signsUntil: at(10 * MINUTE), verifiesUntil: at(10 * MINUTE + TOKEN_LIFE) },
    ]);
    await bothLook();
    const both = [first!.kid, second.kid].sort();
    expect([await jwks(one), await jwks(two)]).toEqual([both, both]);
    clock.advance(10 * MINUTE - 1);
    const last = await register(one.url, 'ada@example.com', PASSWORD);
    expect(kidOf(last)).toBe(first!.kid);

    // Signs: from its moment on, on every node, without anybody having done anything.
    clock.advance(1);
    for (const { url } of [one, two]) {
      expect(kidOf(await login(url, 'ada@example.com', PASSWORD))).toBe(second.kid);
    }
    expect((await listed()).map(({ status }) => status)).toEqual(['SIGNS', 'RETIRED']);
    const renewed = await refresh(two.url, last.refreshToken);
    expect(kidOf(renewed)).toBe(second.kid);
    expect((await me(one, renewed)).errors).toBeUndefined();

    // Retired: verifies until the last of its tokens has expired.
    for (const server of [one, two]) expect((await me(server, last)).errors).toBeUndefined();
    clock.advance(TOKEN_LIFE);
    await one.node.cleanUp();
    await bothLook();
    expect([await jwks(one), await jwks(two)]).toEqual([both, both]);
    expect(reasons(await me(one, last))).toEqual(['UNAUTHENTICATED/TOKEN_EXPIRED']);

    clock.advance(1);
    await one.node.cleanUp();
    await bothLook();
    expect([await jwks(one), await jwks(two)]).toEqual([[second.kid], [second.kid]]);
    expect(await listed()).toEqual([{ ...second, status: 'SIGNS' }]);
    const deleted = await audited(one.database, 'key.deleted');
    expect(deleted.map(({ detail }) => detail)).toEqual([first!.kid]);
  });

  it('that is waiting to sign is the answer to a second rotation, wherever that is asked for', async () => {
    const [key, same] = await Promise.all([rotate(false, one), rotate(false, two)]);
    expect(same).toEqual(key);
    clock.advance(MINUTE);
    expect(await rotate()).toEqual(key);
    expect(await listed()).toHaveLength(2);
    const events = await audited(one.database, 'key.rotated');
    expect(events.map(({ detail }) => detail)).toEqual([key.kid]);
    expect(events[0]?.actor_id).not.toBeNull();
    clock.advance(9 * MINUTE);
    expect((await rotate()).kid).not.toBe(key.kid);
  });

  it('signs although the database’s clock has gone back to before all of them', async () => {
    const [first] = await listed();
    await rotate();
    clock.advance(-MINUTE);
    expect(kidOf(await admin())).toBe(first!.kid);
    expect((await listed()).map(({ status }) => status)).toEqual(['PUBLISHED', 'SIGNS']);
  });

  it('is not made where a hundred are there, until the first of them is spent', async () => {
    await one.database.query(`INSERT INTO signing_keys
      SELECT 'old ' || n, algorithm, private_key, created_at, signs_from - n * interval '1 second', '1h'
      FROM signing_keys, generate_series(1, 99) n`);
    const { accessToken: token } = await admin();
    const { errors } = await ask(one.url, ROTATE, { token });
    const refusal = { code: 'RATE_LIMITED', reason: 'TOO_MANY_ATTEMPTS', retryAfter: 3_502 };
    expect(errors?.[0]?.extensions).toEqual(refusal);
    await bothLook();
    clock.advance(3_502_001);
    await one.node.cleanUp();
    expect((await rotate()).status).toBe('PUBLISHED');
  });
});

describe('rotateSigningKey', () => {
  it('is for admins who have just entered their password', async () => {
    const user = await register(one.url, 'ada@example.com', PASSWORD);
    const keys = await listed();
    expect(reasons(await ask(one.url, ROTATE))).toEqual(['UNAUTHENTICATED/NO_TOKEN']);
    expect(reasons(await ask(one.url, ROTATE, { token: user.accessToken }))).toEqual([
      'FORBIDDEN/SCOPE_MISSING',
    ]);
    const list = await ask(one.url, '{ signingKeys { kid } }', { token: user.accessToken });
    expect(list.data).toEqual({ signingKeys: null });
    const old = await admin();
    clock.advance(301_000);
    const { accessToken: token } = await refresh(one.url, old.refreshToken);
    expect(reasons(await ask(one.url, ROTATE, { token }))).toEqual([
      'FORBIDDEN/REAUTHENTICATION_REQUIRED',
    ]);
    expect(await listed()).toEqual(keys);
  });

  it('is not noticed by anybody', async () => {
    const user = await register(one.url, 'ada@example.com', PASSWORD);
    const caller = await admin();
    await ask(one.url, ROTATE, { token: caller.accessToken });
    await bothLook();
    for (const tokens of [user, caller]) {
      for (const server of [one, two]) expect((await me(server, tokens)).errors).toBeUndefined();
    }
    await refresh(two.url, user.refreshToken);
  });

  it('with revokeIssued ends every token and session from before, the caller’s too', async () => {
    const [first] = await listed();
    const waiting = await rotate();
    const user = await register(one.url, 'ada@example.com', PASSWORD);
    const caller = await admin();
    const variables = { all: true };
    const { data } = await ask(one.url, ROTATE, { token: caller.accessToken, variables });
    const key = data?.['rotateSigningKey'] as Key;
    expect(key).toMatchObject({ status: 'SIGNS', signsUntil: null });
    expect([first!.kid, waiting.kid]).not.toContain(key.kid);
    await bothLook();
    for (const server of [one, two]) {
      expect(await jwks(server)).toEqual([key.kid]);
      for (const tokens of [user, caller]) {
        expect(await me(server, tokens)).toMatchObject({ status: 401 });
        expect(reasons(await tryRefresh(server.url, tokens.refreshToken))).toEqual([
          'REFRESH_REJECTED/SESSION_REVOKED',
        ]);
      }
      const fresh = await login(server.url, 'ada@example.com', PASSWORD);
      expect(kidOf(fresh)).toBe(key.kid);
      for (const other of [one, two]) expect((await me(other, fresh)).errors).toBeUndefined();
    }
    const [event] = await audited(one.database, 'key.revoked');
    const replaced = [first!.kid, waiting.kid].sort().join(', ');
    expect(event).toMatchObject({
      actor_id: caller.user.id,
      detail: `${key.kid} replaces ${replaced}`,
    });
    expect(await audited(one.database, 'everyone.revoked')).toHaveLength(1);
  });

  it('with revokeIssued takes over when slow nodes know the key: no log-in after it is refused', async () => {
    const { keys } = two.node.deps;
    const notice = keys.notice.bind(keys);
    jest.spyOn(keys, 'notice').mockImplementation((version) => {
      setTimeout(() => notice(version), 700);
    });
    await rotate(true);
    const fresh = await admin();
    expect((await me(two, fresh)).errors).toBeUndefined();
  });

  it('with revokeIssued waits for a node that is stuck, but not for long', async () => {
    await one.database.query(
      `INSERT INTO nodes (id, name, version, started_at, seen_at)
       VALUES (gen_random_uuid(), 'stuck', '1', $1, $1)`,
      [clock.forDatabase()],
    );
    const before = performance.now();
    expect(await rotate(true)).toMatchObject({ status: 'SIGNS' });
    expect(performance.now() - before).toBeGreaterThan(2_900);
  });

  it('with revokeIssued waits for no node that is gone', async () => {
    await one.database.query(
      `INSERT INTO nodes (id, name, version, started_at, seen_at)
       VALUES (gen_random_uuid(), 'gone', '1', $1, $1)`,
      [new Date(clock.now() - 31_000)],
    );
    const keys = jest.spyOn(one.node.deps.nodes, 'knowKeys');
    await rotate(true);
    expect(await keys.mock.results.at(-1)?.value).toBe(true);
  });

  it('with revokeIssued on two nodes at once leaves one key and logs everybody out once', async () => {
    const callers = [await admin(one), await admin(two)];
    const answers = await Promise.all(
      [one, two].map(({ url }, index) =>
        ask(url, ROTATE, { token: callers[index]!.accessToken, variables: { all: true } }),
      ),
    );
    const [signs] = await listed();
    expect(signs).toMatchObject({ status: 'SIGNS' });
    expect(await listed()).toHaveLength(1);
    for (const answer of answers) {
      const refused = reasons(answer);
      if (refused.length > 0) expect(refused).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
      else expect(answer.data?.['rotateSigningKey'].kid).toBe(signs!.kid);
    }
    expect(answers.some(({ errors }) => !errors)).toBe(true);
    expect(await audited(one.database, 'everyone.revoked')).toHaveLength(1);
  });
});

describe('a private key', () => {
  it('is nowhere in the database but sealed', async () => {
    await rotate();
    await bothLook();
    const rows = await one.database.query<{ kid: string; row: string }>(
      'SELECT kid, t::text AS row FROM signing_keys t',
    );
    expect(rows).toHaveLength(2);
    for (const { kid, row } of rows) {
      const key = one.node.deps.keys.ring.find(kid)!;
      const { d = '' } = key.privateKey.export({ format: 'jwk' });
      const scalar = Buffer.from(d, 'base64url');
      for (const form of [d, scalar.toString('hex'), scalar.toString('base64')]) {
        expect(row.includes(form)).toBe(false);
      }
      expect(
        JSON.stringify(await (await fetch(`${one.url}/.well-known/jwks.json`)).json()),
      ).not.toContain(d);
    }
  });
});
