import { register } from '../support/client.js';
import { CHALLENGE, refused, unauthenticated, verdict } from '../support/errors.js';
import { exchange } from '../support/exchange.js';
import { post } from '../support/post.js';
import { startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;
let good: string;
beforeAll(async () => {
  server = await startTestServer({ env: { NODE_ENV: 'production' } });
  ({ accessToken: good } = await register(
    server.url,
    'ada@example.com',
    'a password of some length',
  ));
});
afterAll(() => server.stop());

const QUERY = '{"query":"{ me { email } fieldPolicies { coordinate } }"}';
const ask = (...values: string[]) =>
  post(
    server.url,
    QUERY,
    values.map((value) => ['authorization', value] as const),
  );

describe('an Authorization header', () => {
  it.each<[string, (token: string) => string]>([
    ['as everybody writes it', (token) => `Bearer ${token}`],
    ['with another case of the scheme', (token) => `bEARER ${token}`],
    ['with more than one space', (token) => `Bearer   ${token}`],
    ['with space around it', (token) => `  Bearer ${token}  `],
  ])('is read: %s', async (_what, write) => {
    const answer = await ask(write(good));
    expect([answer.status, answer.data?.['me']]).toEqual([200, { email: 'ada@example.com' }]);
  });

  it.each<[string, (token: string) => string]>([
    ['empty', () => ''],
    ['the scheme alone', () => 'Bearer'],
    ['the scheme and a space', () => 'Bearer '],
    ['no scheme', (token) => token],
    ['the scheme grown together with the token', (token) => `Bearer${token}`],
    ['the scheme twice', (token) => `Bearer Bearer ${token}`],
    ['another scheme', (token) => `Basic ${Buffer.from(`ada:${token}`).toString('base64')}`],
    ['DPoP', (token) => `DPoP ${token}`],
    ['Token', (token) => `Token ${token}`],
    ['two in one, joined by a comma', (token) => `Bearer ${token}, Bearer ${token}`],
    ['a good one after a bad one', (token) => `Bearer bad,Bearer ${token}`],
    ['a parameter', (token) => `Bearer token="${token}"`],
    ['quotes', (token) => `Bearer "${token}"`],
    ['a tab for a space', (token) => `Bearer\t${token}`],
    ['a space in the token', (token) => `Bearer ${token.slice(0, 20)} ${token.slice(20)}`],
    ['a letter beyond ASCII', (token) => `Bearer ${token}é`],
    ['10 KB', () => `Bearer ${'a'.repeat(10_240)}`],
    ['a good one and 10 KB more', (token) => `Bearer ${token}.${'a'.repeat(10_000)}`],
  ])(
    'that is not of the form refuses the operation, public fields too: %s',
    async (_what, write) => {
      const answer = await ask(write(good));
      expect(verdict(answer)).toEqual(
        refused(401, unauthenticated('TOKEN_INVALID'), CHALLENGE.invalid),
      );
      expect(answer.text).not.toContain(good.slice(-20));
    },
  );

  it('that comes twice is refused before anything is read, the two alike or not', async () => {
    const twice = refused(400, { code: 'BAD_USER_INPUT', reason: 'authorization' }, null);
    expect(verdict(await ask(`Bearer ${good}`, `Bearer ${good}`))).toEqual(twice);
    expect(verdict(await ask('Bearer bad', `Bearer ${good}`))).toEqual(twice);
    expect(verdict(await ask(`Bearer ${good}`, ''))).toEqual(twice);
  });

  it.each(['\u0000', '\u0001', '\u007f', '\u001b[31m'])(
    'with a control character never gets in: %j',
    async (character) => {
      const { host } = new URL(server.url);
      const answer = await exchange(
        server.url,
        `POST /graphql HTTP/1.1\nHost: ${host}\nConnection: close\nContent-Type: application/json\nContent-Length: ${QUERY.length}\nAuthorization: Bearer ${good}${character}\n\n${QUERY}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
      expect(answer).not.toContain('ada@example.com');
    },
  );

  it('of any form leaves no trace in the log', () => {
    expect(server.log()).toContain('/graphql');
    expect(server.log()).not.toContain(good.slice(-20));
  });
});
