/** What every door gives, used as it is meant. The script has `doors`, `graphql` and `answer`. */
const USE = `
  const { buildSchema, graphql } = graphqlJs;
  const [main, directives, verify, errors, testing] = doors;

  const guard = testing.createTestGuard();
  const protection = directives.createProtection({ guard });
  const sdl = ' type Query { open: String @public  secret: String @auth }';
  const schema = protection.protect(buildSchema(protection.typeDefs + sdl));
  const rootValue = { open: 'open', secret: 'secret' };
  const ask = (contextValue) =>
    graphql({ schema, source: '{ open secret }', rootValue, contextValue });
  const denied = await ask({});
  const answered = await ask(guard.as());

  const { leaks, guardedFields } = await testing.walkGuardedFields({
    schema: buildSchema(protection.typeDefs + sdl),
    protect: protection.protect,
  });

  const service = verify.createResourceServer({
    url: 'http://127.0.0.1:9',
    issuer: 'portcullis',
    audience: 'portcullis',
  });
  // Nobody answers there.
  const { unavailable } = await service.authenticate('Bearer nonsense');
  await service.stop();

  let startup;
  try {
    main.createPortcullis({ accessTtl: 'never' });
  } catch (error) {
    startup = error instanceof errors.StartupError && error instanceof main.StartupError;
  }
  const portcullis = main.createPortcullis({
    databaseUrl: DATABASE_URL,
    secret: SECRET,
    scheme: 'refresh',
    dataDir: '.data',
  });
  await portcullis.ready();
  const input = { email: EMAIL, password: 'a password of some length' };
  const { id, email } = await portcullis.services.createUser(input);
  const { accessToken } = await portcullis.services.signIn({ userId: id });
  const { portcullis: caller } = await portcullis.context({
    headers: { authorization: 'Bearer ' + accessToken },
  });
  await portcullis.stop();

  console.log(JSON.stringify({
    denied: [denied.data, denied.errors[0].extensions.reason],
    isOurs: denied.errors[0].originalError instanceof errors.PortcullisError,
    answered: answered.data,
    walk: { leaks, guardedFields },
    unavailable: unavailable.reason,
    startup,
    account: [email, caller.token.userId === id],
  }));
`;

/** What {@link program} prints. */
export const expected = (email: string) => ({
  denied: [{ open: 'open', secret: null }, 'NO_TOKEN'],
  isOurs: true,
  answered: { open: 'open', secret: 'secret' },
  walk: { leaks: [], guardedFields: 1 },
  unavailable: 'STORE_UNAVAILABLE',
  startup: true,
  account: [email, true],
});

const DOORS = ['', '/directives', '/verify', '/errors', '/testing'].map(
  (path) => `'portcullis${path}'`,
);

export interface ProgramOptions {
  readonly databaseUrl: string;
  readonly secret: string;
  readonly email: string;
}

/** The same program as an ES module and as CommonJS. */
export function program(kind: 'esm' | 'cjs', { databaseUrl, secret, email }: ProgramOptions) {
  const load = (specifier: string) =>
    kind === 'esm' ? `await import(${specifier})` : `require(${specifier})`;
  const text = `
  const doors = [${DOORS.map(load).join(', ')}];
  const graphqlJs = ${load("'graphql'")};
  const DATABASE_URL = ${JSON.stringify(databaseUrl)};
  const SECRET = ${JSON.stringify(secret)};
  const EMAIL = ${JSON.stringify(email)};
  ${USE}`;
  return kind === 'esm' ? text : `(async () => {${text}})();`;
}

/** TypeScript of somebody who uses every door; `refused` lines must not compile. */
export const TYPESCRIPT = `
import { createPortcullis, PortcullisError, StartupError } from 'portcullis';
import type { Portcullis, PortcullisContext } from 'portcullis';
import { compilePolicy, createProtection, enforcePolicy } from 'portcullis/directives';
import type { Condition, Guard, Policy } from 'portcullis/directives';
import { createResourceServer } from 'portcullis/verify';
import type { AccessToken, ResourceServer } from 'portcullis/verify';
import { CODES } from 'portcullis/errors';
import type { Code, ReasonOf } from 'portcullis/errors';
import { createTestGuard, walkGuardedFields } from 'portcullis/testing';
import type { WalkReport } from 'portcullis/testing';
import type { GraphQLSchema } from 'graphql';

export const portcullis: Portcullis = createPortcullis({ accessTtl: '2m', scheme: 'sliding' });
export const server: ResourceServer = createResourceServer({
  url: 'https://auth.example.com',
  issuer: 'portcullis',
  audience: 'portcullis',
});
const isOwner: Condition<PortcullisContext> = (_parent, { id }, { portcullis: { token } }) =>
  id === token?.userId;
const guard: Guard<AccessToken> = server.guard;
export const protection = createProtection({ guard, conditions: { isOwner } });
export function protect(schema: GraphQLSchema): GraphQLSchema {
  const policy: Policy = compilePolicy(schema);
  return enforcePolicy(schema, policy, createTestGuard());
}
export const walk = (schema: GraphQLSchema): Promise<WalkReport> =>
  walkGuardedFields({ schema, protect });
export const code: Code = CODES[0];
export const reason: ReasonOf['FORBIDDEN'] = 'SCOPE_MISSING';
export const thrown = [new PortcullisError('FORBIDDEN', 'SCOPE_MISSING'), new StartupError('no')];

// @ts-expect-error -- there is no such setting
createPortcullis({ nonsense: 1 });
// @ts-expect-error -- the reason belongs to another code
new PortcullisError('FORBIDDEN', 'NO_TOKEN');
// @ts-expect-error -- whose tokens
createResourceServer({ url: 'https://auth.example.com' });
`;

/** A page of somebody's that uses every door for front ends. */
export const FRONT_END = `
import { AuthError, createAuthClient, webStorage } from 'portcullis/client';
import type { AuthClient, AuthEvent, TokenStorage } from 'portcullis/client';
import { createAuthLink, resetOnUserChange } from 'portcullis/client/apollo';
import { createSocketOptions } from 'portcullis/client/graphql-ws';
import { AuthProvider, Authenticated, useAuth } from 'portcullis/client/react';
import { createFetchFunction } from 'portcullis/client/relay';
import { createServerAuth } from 'portcullis/client/server';
import { authExchange } from 'portcullis/client/urql';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { Environment, Network, RecordSource, Store } from 'relay-runtime';

const storage: TokenStorage = webStorage('session');
const url = 'https://api.example.com/graphql';
export const auth: AuthClient = createAuthClient({ endpoint: url, storage, webSocketImpl: WebSocket });
auth.subscribe(({ type, reason }: AuthEvent) => console.log(type satisfies string, reason));
// @ts-expect-error no transport is called that
createAuthClient({ endpoint: url, transport: 'header' });

const link = ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: url, fetch: auth.fetch })]);
resetOnUserChange(auth, new ApolloClient({ link, cache: new InMemoryCache() }));
export const urql = new Client({ url, exchanges: [authExchange(auth), cacheExchange, fetchExchange] });
export const relay = new Environment({
  network: Network.create(createFetchFunction(auth)),
  store: new Store(new RecordSource()),
});
export const sockets = createClient({ url, ...createSocketOptions(auth) });

function Name() {
  const { state, client } = useAuth();
  const signOut = () => client.logout({ scope: 'all' }).catch((e: unknown) => e instanceof AuthError);
  return <button onClick={signOut}>{state.user?.email}</button>;
}
export const page = (
  <AuthProvider client={auth}>
    <Authenticated fallback={<p>Nobody</p>} scopes={[['admin']]}><Name /></Authenticated>
  </AuthProvider>
);
export const load = async (request: Request) => {
  const { status, headers } = await createServerAuth({ endpoint: url }).refreshIfNeeded(request);
  return status === 'signed-in' ? fetch(url, { headers }) : null;
};
`;
