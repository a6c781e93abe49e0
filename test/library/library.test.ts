import { buildSchema, parse, visit } from 'graphql';
import type { NameNode } from 'graphql';
import { knex } from 'knex';
import { createPortcullis } from '../../src/library/index.js';
import { ask, login, reasons } from '../support/client.js';
import { TestClock } from '../support/clock.js';
import { post } from '../support/post.js';
import { ADMIN } from '../support/server.js';
import { startLibraryServer } from './support.js';
import type { LibraryServer } from './support.js';

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;

describe('Portcullis inside another server', () => {
  const clock = new TestClock();
  let claims: object = { tenant: 'acme', roles: ['a'] };
  let server: LibraryServer;
  beforeAll(async () => {
    server = await startLibraryServer({
      clock,
      accessTtl: '5m',
      conditions: {
        isOwner: (_parent, { owner }, { portcullis }) => owner === portcullis.token.userId,
      },
      claims: () => claims as Record<string, unknown>,
      typeDefs: `
        type Query { open: String @public  mine(owner: ID): String @auth(when: "isOwner")  tenant: String @auth }
        type Mutation { wipe: String @critical }`,
      ownResolvers: {
        Query: {
          open: () => 'open',
          mine: () => 'mine',
          tenant: (_source, _args, { portcullis: { token } }) => token?.claims?.['tenant'],
        },
        Mutation: {
          wipe: async (_source, _args, { portcullis: { token } }) => {
            await server.portcullis.services.revokeSession(token?.sessionId ?? '');
            return 'wiped';
          },
        },
      },
    });
  });
  afterAll(() => server.stop());

  it('signs in, guards, checks and revokes', async () => {
    const { accessToken: token, session } = await login(server.url, ADMIN.email, ADMIN.password);
    const { data } = await ask(server.url, '{ open me { email } mySessions { id } }', { token });
    expect(data).toEqual({
      open: 'open',
      me: { email: ADMIN.email },
      mySessions: [{ id: session.id }],
    });
    const both = await ask(server.url, 'mutation { a: wipe b: wipe }', { token });
    expect([both.data, reasons(both)]).toEqual([
      { a: 'wiped', b: null },
      ['UNAUTHENTICATED/SESSION_REVOKED'],
    ]);
    const after = await ask(server.url, '{ open }', { token });
    expect([after.status, after.data, reasons(after)]).toEqual([
      401,
      undefined,
      ['UNAUTHENTICATED/SESSION_REVOKED'],
    ]);
  });

  it('asks a condition about who asks, and says no more than that it was not met', async () => {
    const { accessToken: token, user } = await login(server.url, ADMIN.email, ADMIN.password);
    const query = `{ a: mine(owner: "${user.id}") b: mine(owner: "somebody") c: mine }`;
    const answer = await ask(server.url, query, { token });
    expect([answer.data, reasons(answer)]).toEqual([
      { a: 'mine', b: null, c: null },
      ['FORBIDDEN/CONDITION_NOT_MET', 'FORBIDDEN/CONDITION_NOT_MET'],
    ]);
  });

  it('adds own claims to tokens, and reads them again', async () => {
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    expect(claimsOf(token)).toMatchObject({ tenant: 'acme', roles: ['a'], scope: 'admin' });
    expect((await ask(server.url, '{ tenant }', { token })).data).toEqual({ tenant: 'acme' });
  });

  it.each([
    ['reserved', { sub: 'somebody else' }],
    ['reserved, of a scheme to come', { cnf: { jkt: 'x' } }],
    ['too large', { text: 'x'.repeat(3_000) }],
    ['no object', ['a']],
  ])('makes no token with a claim that is %s', async (_what, bad) => {
    claims = bad;
    const login1 = `login(input: { email: "${ADMIN.email}", password: "${ADMIN.password}" })`;
    const answer = await ask(server.url, `mutation { ${login1} { accessToken } }`);
    expect([answer.data, reasons(answer)]).toEqual([
      { login: null },
      ['INTERNAL_SERVER_ERROR/INTERNAL'],
    ]);
    claims = {};
  });

  it('says what every field of the whole schema demands', async () => {
    const { data } = await ask(server.url, '{ fieldPolicies { coordinate maxStale when } }');
    expect(data?.['fieldPolicies']).toEqual(
      expect.arrayContaining([
        { coordinate: 'Query.mine', maxStale: null, when: ['isOwner'] },
        { coordinate: 'Mutation.wipe', maxStale: 0, when: [] },
        { coordinate: 'Query.mySessions', maxStale: 0, when: [] },
      ]),
    );
  });

  it('refuses two Authorization headers', async () => {
    const { accessToken } = await login(server.url, ADMIN.email, ADMIN.password);
    const answer = await post(server.url, JSON.stringify({ query: '{ open }' }), [
      ['authorization', `Bearer ${accessToken}`],
      ['authorization', 'Bearer other'],
    ]);
    expect([answer.status, reasons(answer)]).toEqual([400, ['BAD_USER_INPUT/authorization']]);
  });

  it('refuses a token that has expired', async () => {
    const { accessToken: token } = await login(server.url, ADMIN.email, ADMIN.password);
    clock.advance(6 * 60_000);
    const answer = await ask(server.url, '{ open }', { token });
    expect([answer.status, reasons(answer)]).toEqual([401, ['UNAUTHENTICATED/TOKEN_EXPIRED']]);
  });

  it('holds a session in a transaction of the team’s own', async () => {
    const { accessToken: token, session } = await login(server.url, ADMIN.email, ADMIN.password);
    const { services, context } = server.portcullis;
    const asked = await context({ headers: { authorization: `Bearer ${token}` } });
    const db = knex({ client: 'pg', connection: server.database.url });
    const write = () => db.transaction((trx) => services.assertSessionLive(trx, asked));
    await expect(write()).resolves.toBeUndefined();
    await services.revokeSession(session.id);
    await expect(write()).rejects.toMatchObject({ reason: 'SESSION_REVOKED' });
    await db.destroy();
  });
});

describe('before anything is needed', () => {
  it('nothing is opened: SDL, resolvers and rules are there without a database', async () => {
    const portcullis = createPortcullis({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    expect(Object.keys(portcullis.resolvers)).toEqual(expect.arrayContaining(['Query', 'User']));
    const schema = buildSchema(portcullis.typeDefs);
    expect(portcullis.policyOf(schema).field('Query', 'me').signedIn).toBe(true);
    expect(() => portcullis.assertProtected(schema)).toThrow(/protect\(\)/);
    portcullis.assertProtected(portcullis.protect(schema));
    await portcullis.stop();
  });

  it('types of ours can have other names, and so can the directives', () => {
    const portcullis = createPortcullis({
      rename: { User: 'Account', Session: 'LoginSession', Query: 'Root' },
      names: { auth: 'signedIn', critical: 'fresh', public: 'open' },
      extendRoots: true,
    });
    const sdl = portcullis.typeDefs;
    expect(sdl).toMatch(/extend type Root/);
    expect(sdl).toMatch(/mySessions\([^)]*\): \[LoginSession!\] @fresh/);
    const said = new Set<string>();
    const note = ({ name }: { readonly name: NameNode }) => void said.add(name.value);
    visit(parse(sdl), { NamedType: note, Directive: note, DirectiveDefinition: note });
    expect([...said]).toEqual(expect.arrayContaining(['Account', 'signedIn', 'fresh', 'open']));
    for (const old of ['User', 'Session', 'auth', 'critical', 'public']) {
      expect(said).not.toContain(old);
    }
    expect(sdl).not.toMatch(/type Query|@auth|@critical|@public/);
    expect(sdl.endsWith('\n')).toBe(true);
    expect(Object.keys(portcullis.resolvers)).toEqual(
      expect.arrayContaining(['Account', 'LoginSession', 'Root']),
    );
  });

  it('the directives can be had alone', () => {
    const { typeDefs, resolvers } = createPortcullis({ api: false });
    expect(typeDefs).toMatch(/^directive @auth/);
    expect(resolvers).toEqual({});
  });

  it.each([
    [{ accessTtl: 'soon' }, 'ACCESS_TTL'],
    [{ scheme: 'magic' }, 'PORTCULLIS_SCHEME'],
    [{ databaseUrl: 'mysql://x' }, 'DATABASE_URL'],
  ])('a setting that is not valid is refused at once: %j', (options, name) => {
    expect(() => createPortcullis(options)).toThrow(name);
  });
});
