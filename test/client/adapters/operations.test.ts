import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { parse } from 'graphql';
import { lastValueFrom, map, of } from 'rxjs';
import type { AuthClient } from '../../../src/client/auth-client.js';
import type { AuthClientOptions } from '../../../src/client/types.js';
import { ADMIN } from '../../support/server.js';
import { createAuthLink } from '../../../src/public/client/apollo.js';
import { createFetchFunction } from '../../../src/public/client/relay.js';
import { startTestServer } from '../../support/server.js';
import { serverOfAda } from '../server-of-ada.js';
import { ADA, createTestClient } from '../support.js';
import { apollo, apolloOf, relay, urql } from './askers.js';
import type { Asker } from './askers.js';

const home = serverOfAda();
const { clock, revoke } = home;

const ME = '{ me { email } }';
const MUTATION = 'mutation { logoutEverywhere(keepCurrent: true) }';
const SCOPES = 'mutation ($id: ID!) { setUserScopes(id: $id, scopes: ["x"]) { id } }';
const ada = { data: { me: { email: ADA.email } }, reasons: [] };

/** What was sent by whom, and whether anything may be. */
const wire = { refreshes: 0, others: 0, isDown: false };
const { fetch } = globalThis;
const counting: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const body = await request.clone().text();
  if (/refresh\(/.test(body)) wire.refreshes += 1;
  else wire.others += 1;
  if (wire.isDown) throw new TypeError('no network');
  return fetch(request);
};
beforeEach(() => {
  globalThis.fetch = counting;
});
afterEach(() => {
  globalThis.fetch = fetch;
  wire.isDown = false;
});

type Making = (auth: AuthClient, url: string) => Asker;

const open = async (make: Making, who = ADA, options: Partial<AuthClientOptions> = {}) => {
  const client = createTestClient(home.url, options);
  await client.auth.login(who);
  Object.assign(wire, { refreshes: 0, others: 0 });
  return { ...client, request: make(client.auth, `${home.url}/graphql`) };
};

describe.each<[string, Making]>([
  ['apollo', apollo],
  ['urql', urql],
  ['relay', relay],
])('%s', (_name, make) => {
  it('asks as whoever is signed in, and as nobody after', async () => {
    const { auth, request } = await open(make);
    expect(await request(ME)).toMatchObject(ada);
    await auth.logout();
    expect(await request(ME)).toMatchObject({ data: { me: null }, reasons: ['NO_TOKEN'] });
  });

  it('asks once more with a new token where the old one has expired', async () => {
    const { auth, request } = await open(make);
    clock.advance(306_000);
    expect(await request(ME)).toMatchObject(ada);
    expect(wire).toMatchObject({ refreshes: 1, others: 2 });
    expect(auth.state.status).toBe('signed-in');
  });

  it('sends a mutation once more that was refused before it ran', async () => {
    const { request } = await open(make);
    clock.advance(306_000);
    expect(await request(MUTATION)).toMatchObject({
      data: { logoutEverywhere: expect.any(Number) },
      reasons: [],
    });
    expect(wire).toMatchObject({ refreshes: 1, others: 2 });
  });

  it('has one refresh for all operations at once', async () => {
    const { request } = await open(make);
    clock.advance(306_000);
    const documents = [1, 2, 3, 4, 5].map((each) => `{ me { email } again${each}: me { email } }`);
    const answers = await Promise.all(documents.map((document) => request(document)));
    expect(answers.map(({ reasons }) => reasons)).toEqual(documents.map(() => []));
    expect(wire).toMatchObject({ refreshes: 1, others: 10 });
  });

  it('tells of a revoked session, and ends it here', async () => {
    const { auth, request, until } = await open(make);
    await revoke(auth.state.session!.id);
    expect((await request('{ mySessions { id } }')).reasons).toEqual(['SESSION_REVOKED']);
    expect(await until('revoked')).toMatchObject({ reason: 'SESSION_REVOKED' });
    expect(auth.state).toMatchObject({ status: 'signed-out', reason: 'SESSION_REVOKED' });
    expect(await auth.getAccessToken()).toBeNull();
  });

  it('goes on when the password has been entered again', async () => {
    const onReauthenticate = jest.fn(() => Promise.resolve(ADMIN.password));
    const { auth, request } = await open(make, ADMIN, { onReauthenticate });
    clock.advance(310_000);
    const id = auth.state.user!.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect((await request(SCOPES, { id })).reasons).not.toContain('REAUTHENTICATION_REQUIRED');
    expect(onReauthenticate).toHaveBeenCalledTimes(1);
  });

  it('tells that the password was not entered', async () => {
    const onReauthenticate = jest.fn(() => Promise.resolve(null));
    const { auth, request } = await open(make, ADMIN, { onReauthenticate });
    clock.advance(310_000);
    const { id } = auth.state.user!;
    expect((await request(SCOPES, { id })).reasons).toEqual(['REAUTHENTICATION_REQUIRED']);
    expect(onReauthenticate).toHaveBeenCalledTimes(1);
  });

  it('signs nobody out without a network', async () => {
    const { auth, request } = await open(make);
    clock.advance(306_000);
    wire.isDown = true;
    expect(await request(ME)).toEqual({ reasons: [], failure: expect.any(Error) });
    expect(auth.state.status).toBe('signed-in');
    wire.isDown = false;
    expect(await request(ME)).toMatchObject(ada);
  });
});

describe('the link of Apollo Client', () => {
  /** Sends, and changes what comes back. */
  const changing = (change: (result: ApolloLink.Result, count: number) => object) => {
    let count = 0;
    const http = new HttpLink({ uri: `${home.url}/graphql` });
    return ApolloLink.from([
      new ApolloLink((operation, forward) =>
        forward(operation).pipe(map((result) => change(result, (count += 1)) as ApolloLink.Result)),
      ),
      http,
    ]);
  };
  const stale = { message: '', extensions: { reason: 'REAUTHENTICATION_REQUIRED' } };
  const proven = () => ({ onReauthenticate: jest.fn(() => Promise.resolve(ADA.password)) });

  it('asks a query once more where a part of it wanted the password', async () => {
    const options = proven();
    const sending = changing((result, count) =>
      count === 1 ? { data: { me: null }, errors: [stale] } : result,
    );
    const { request } = await open((auth) => apolloOf(auth, sending), ADA, options);
    expect(await request(ME)).toMatchObject(ada);
    expect(options.onReauthenticate).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a value', { logoutEverywhere: 0 }],
    ['null', null],
  ])('sends no mutation twice that has answered with %s', async (_name, data) => {
    const options = proven();
    const sending = changing(() => ({ data, errors: [stale] }));
    const { request } = await open((auth) => apolloOf(auth, sending), ADA, options);
    expect((await request(MUTATION)).reasons).toEqual(['REAUTHENTICATION_REQUIRED']);
    expect([wire.others, options.onReauthenticate.mock.calls]).toEqual([1, []]);
  });

  it('gives a token to what is refused again and again once, and then tells', async () => {
    const refused = {
      message: '',
      extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' },
    };
    const sending = changing(() => ({ errors: [refused] }));
    const { request } = await open((auth) => apolloOf(auth, sending));
    expect((await request(ME)).reasons).toEqual(['TOKEN_EXPIRED']);
    expect(wire).toMatchObject({ refreshes: 1, others: 2 });
  });

  it('leaves no header of somebody who is out, and subscriptions alone', async () => {
    const { auth } = await open(apollo);
    const sent: unknown[] = [];
    const link = ApolloLink.from([
      createAuthLink(auth),
      new ApolloLink((operation) => {
        sent.push(operation.getContext()['headers']);
        return of({ data: {} });
      }),
    ]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const headers = { authorization: 'Bearer x', 'x-own': '1' };
    const send = (document: string) =>
      lastValueFrom(
        ApolloLink.execute(link, { query: parse(document), context: { headers } }, { client }),
      );
    await send('subscription { sessionEnded { reason } }');
    await send(ME);
    await auth.logout();
    await send(ME);
    const bearer = expect.stringMatching(/^Bearer eyJ/) as string;
    expect(sent).toEqual([headers, { ...headers, authorization: bearer }, { 'x-own': '1' }]);
  });

  it('understands what is no answer of GraphQL over HTTP', async () => {
    const sending = new HttpLink({
      uri: `${home.url}/graphql`,
      headers: { accept: 'application/json' },
    });
    const { auth, request } = await open((client) => apolloOf(client, sending));
    clock.advance(306_000);
    expect(await request(ME)).toMatchObject(ada);
    await revoke(auth.state.session!.id);
    expect(await request('{ mySessions { id } }')).toMatchObject({ failure: { statusCode: 401 } });
    expect(auth.state.reason).toBe('SESSION_REVOKED');
  });
});

describe('the link of Apollo Client, where there is nothing to refresh', () => {
  it('is told of the end, and sends nothing twice with the same token', async () => {
    const opaque = await startTestServer({ env: { PORTCULLIS_SCHEME: 'opaque' } });
    const { auth } = createTestClient(opaque.url);
    await auth.register(ADA);
    const other = createTestClient(opaque.url);
    await other.auth.login(ADA);
    const request = apollo(auth, `${opaque.url}/graphql`);
    Object.assign(wire, { others: 0 });
    const { id } = auth.state.session!;
    expect(await other.auth.sessions.revoke(id)).toBe(true);
    expect((await request('{ mySessions { id } }')).reasons).toEqual(['SESSION_REVOKED']);
    expect(auth.state).toMatchObject({ status: 'signed-out', reason: 'SESSION_REVOKED' });
    // The refused, and what asked after the session; and what revoked it.
    expect(wire.others).toBe(3);
    await opaque.stop();
  });
});

it('Relay is told of what it has no text of', async () => {
  const { auth } = createTestClient(home.url);
  const network = createFetchFunction(auth);
  const compiled = {
    name: 'Me',
    text: null,
    id: 'x',
    operationKind: 'query',
    metadata: {},
    cacheID: '',
  } as const;
  await expect(network(compiled, {}, {})).rejects.toThrow('Me has no text');
});
