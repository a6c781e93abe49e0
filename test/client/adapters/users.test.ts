import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import type { AuthClient } from '../../../src/client/auth-client.js';
import { createAuthLink, resetOnUserChange } from '../../../src/public/client/apollo.js';
import { authExchange } from '../../../src/public/client/urql.js';
import { onUserChange } from '../../../src/client/adapters/users.js';
import { startTestServer } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { ADA, createTestClient } from '../support.js';

const BOB = { ...ADA, email: 'bob@example.com' };
const ME = '{ me { email } }';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const who of [ADA, BOB]) await createTestClient(server.url).auth.register(who);
});
afterAll(() => server.stop());

/** How often the API was asked who this is. */
let asked = 0;
const { fetch } = globalThis;
beforeEach(() => {
  asked = 0;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (/"query":"\{/.test(await request.clone().text())) asked += 1;
    return fetch(request);
  };
});
afterEach(() => {
  globalThis.fetch = fetch;
});

interface Watched {
  readonly ask: () => Promise<unknown>;
  /** Hears of every answer that is shown. */
  readonly watch: (shown: (email: unknown) => void) => () => void;
}

type Data = { me: { email: string } | null } | null | undefined;
const emailOf = (data: unknown) => (data as Data)?.me?.email ?? null;

function apollo(auth: AuthClient): Watched {
  const client = new ApolloClient({
    link: ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: `${server.url}/graphql` })]),
    cache: new InMemoryCache(),
  });
  resetOnUserChange(auth, client);
  const query = gql(ME);
  return {
    ask: async () => emailOf((await client.query({ query, errorPolicy: 'all' })).data),
    watch: (shown) => {
      const watching = client
        .watchQuery({ query, errorPolicy: 'all' })
        .subscribe(({ data, loading }) => !loading && shown(emailOf(data)));
      return () => watching.unsubscribe();
    },
  };
}

function urql(auth: AuthClient): Watched {
  const client = new Client({
    url: `${server.url}/graphql`,
    exchanges: [authExchange(auth), cacheExchange, fetchExchange],
    preferGetMethod: false,
  });
  return {
    ask: async () => emailOf((await client.query(ME, {}).toPromise()).data),
    watch: (shown) =>
      client.query(ME, {}).subscribe(({ data, stale }) => !stale && shown(emailOf(data)))
        .unsubscribe,
  };
}

describe.each<[string, (auth: AuthClient) => Watched]>([
  ['apollo', apollo],
  ['urql', urql],
])('%s', (_name, make) => {
  it('shows no user what another one has seen', async () => {
    const { auth } = createTestClient(server.url);
    await auth.login(ADA);
    const { ask } = make(auth);
    expect([await ask(), await ask()]).toEqual([ADA.email, ADA.email]);
    await auth.login(BOB);
    expect(await ask()).toBe(BOB.email);
    await auth.logout();
    expect(await ask()).toBeNull();
  });

  it('answers the same user from what has been seen, whatever is renewed', async () => {
    const { auth } = createTestClient(server.url);
    await auth.ready();
    const { ask } = make(auth);
    await auth.login(ADA);
    await ask();
    await auth.getAccessToken({ forceRefresh: true });
    expect([await ask(), await ask(), asked]).toEqual([ADA.email, ADA.email, 1]);
    await auth.login(BOB);
    expect([await ask(), await ask(), asked]).toEqual([BOB.email, BOB.email, 2]);
  });

  it('asks anew what is shown', async () => {
    const { auth } = createTestClient(server.url);
    await auth.login(ADA);
    let look: (email: unknown) => void = () => undefined;
    const shows = (wanted: unknown) =>
      new Promise<void>((resolve) => (look = (email) => email === wanted && resolve()));
    const first = shows(ADA.email);
    const stop = make(auth).watch((email) => look(email));
    await first;
    for (const [change, wanted] of [
      [() => auth.login(BOB), BOB.email],
      [() => auth.logout(), null],
    ] as const) {
      const shown = shows(wanted);
      await change();
      await shown;
    }
    stop();
  });
});

it('tells of another user, and of none, not of a start or a new token', async () => {
  const { auth } = createTestClient(server.url);
  const listener = jest.fn();
  const stop = onUserChange(auth, listener);
  const calls: number[] = [];
  for (const change of [
    () => auth.ready(),
    () => auth.login(ADA),
    () => auth.getAccessToken({ forceRefresh: true }),
    () => auth.login(BOB),
    () => auth.logout(),
  ]) {
    await change();
    calls.push(listener.mock.calls.length);
  }
  expect(calls).toEqual([0, 1, 1, 2, 3]);
  stop();
  await auth.login(ADA);
  expect(listener).toHaveBeenCalledTimes(3);
});
