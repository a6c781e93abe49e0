import { ask, login, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import { everyRow } from '../support/database.js';
import { startServerBehindProxy } from '../support/behind-proxy.js';
import { ADMIN, SECRET } from '../support/server.js';

const PASSWORDS = [
  'the first of the passwords',
  'the second of the passwords',
  'a mistyped password',
];

describe('after a run with everything that can go wrong', () => {
  it('neither the debug log nor the tables hold a token, a password or a secret', async () => {
    const [first = '', second = '', typo = ''] = PASSWORDS;
    const server = await startServerBehindProxy();
    const { url } = server;
    const all = [await register(url, 'ada@example.com', first)];
    const last = () => all.at(-1) as (typeof all)[number];
    all.push(await refresh(url, last().refreshToken));
    await tryLogin(url, 'ada@example.com', typo);
    await tryLogin(url, typo, typo);
    const change = `mutation ($a: String!, $b: String!) {
      changePassword(currentPassword: $a, newPassword: $b) { accessToken refreshToken } }`;
    const answer = await ask(url, change, {
      token: last().accessToken,
      variables: { a: first, b: second },
    });
    all.push(answer.data?.['changePassword']);
    all.push(await login(url, 'ada@example.com', second));
    all.push(await login(url, ADMIN.email, ADMIN.password));
    await tryRefresh(url, all[0]?.refreshToken ?? '');
    await fetch(`${url}/graphql?access_token=${last().accessToken}`);
    await fetch(`${url}/nothing?token=${last().refreshToken}`);
    await ask(url, `{ me(password: "${first}") { id } }`, { token: `${last().accessToken}x` });
    server.proxy.freeze();
    await ask(url, '{ mySessions { id } }', { token: last().accessToken });
    server.proxy.refuse();
    await tryRefresh(url, last().refreshToken);
    await tryLogin(url, 'ada@example.com', second);
    server.proxy.heal();
    await server.database.query('ALTER TABLE users RENAME COLUMN name TO gone');
    await tryLogin(url, 'ada@example.com', second);
    await server.database.query('ALTER TABLE users RENAME COLUMN gone TO name');

    const [hash] = await server.database.query<{ password_hash: string }>(
      "SELECT password_hash FROM users WHERE email = 'ada@example.com'",
    );
    const log = server.log();
    expect(log).toContain('unexpected error');
    const tables = await everyRow(server.database.query);
    const tokens = all.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
    for (const secret of [...PASSWORDS, ADMIN.password, SECRET, ...tokens]) {
      for (const text of [log, tables]) {
        expect(text.includes(secret)).toBe(false);
        // Nor the last part of it, which is the signature of a token.
        expect(text.includes(secret.slice(-20))).toBe(false);
        expect(text.includes(Buffer.from(secret).toString('hex'))).toBe(false);
      }
    }
    expect(log.includes(hash?.password_hash.slice(-20) ?? '')).toBe(false);
    const database = new URL(server.database.url).password;
    if (database !== '') expect(log.includes(database)).toBe(false);
    await server.stop();
  });
});
