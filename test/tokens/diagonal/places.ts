import { ask, login, tryRefresh } from '../../support/client.js';
import type { AskOptions } from '../../support/client.js';
import { LOGOUT, REFRESH, askWithCookie } from '../../support/cookies.js';
import { ADMIN } from '../../support/server.js';
import type { TestServer } from '../../support/server.js';
import { openSocket } from '../../support/socket.js';
import { SERVICE_TOKEN, bearer } from '../../server/oauth/support.js';
import type { Wallet } from './kinds.js';

/** Whether a place takes a secret for good: it lets somebody in, tells something, or ends the session. */
type Place = (server: TestServer, secret: string, wallet: Wallet) => Promise<boolean>;

const ME = '{ me { email } }';
const isMe = (data: unknown) => (data as { me?: unknown } | null | undefined)?.me != null;

const form = (server: TestServer, path: string, token: string, service?: string) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: service === undefined ? {} : bearer(service),
    body: new URLSearchParams({ token }),
  });

async function bySocket({ url }: TestServer, params: object, headers: Record<string, string> = {}) {
  const socket = await openSocket(url, { headers });
  socket.send({ type: 'connection_init', payload: params });
  const first = await socket.next().catch(() => undefined);
  if (first?.type !== 'connection_ack') return false;
  const { data } = await socket.ask(ME);
  await socket.close();
  return isMe(data);
}

const asked = async ({ url }: TestServer, query: string, options: AskOptions) =>
  (await ask(url, query, options)).data;

export async function isLive(server: TestServer, { sessionId }: Wallet): Promise<boolean> {
  const { accessToken: token } = await adminOf(server);
  const answer = await ask(server.url, `{ session(id: "${sessionId}") { status } }`, { token });
  return (answer.data?.['session'] as { status: string }).status === 'ACTIVE';
}

const admins = new WeakMap<TestServer, ReturnType<typeof login>>();
function adminOf(server: TestServer): ReturnType<typeof login> {
  const known = admins.get(server) ?? login(server.url, ADMIN.email, ADMIN.password);
  admins.set(server, known);
  return known;
}

/** Of what answers the same to everybody: whether the session is over afterwards. */
const ends =
  (act: (server: TestServer, secret: string) => Promise<unknown>): Place =>
  async (server, secret, wallet) => {
    if (!(await isLive(server, wallet))) throw new Error('it was over before');
    await act(server, secret);
    return !(await isLive(server, wallet));
  };

export const PLACES = {
  'Authorization, at an @auth field': async (server, token) =>
    isMe(await asked(server, ME, { headers: { authorization: `Bearer ${token}` } })),
  'Authorization, at a @critical field': async (server, token) =>
    (await asked(server, '{ mySessions { id } }', { token }))?.['mySessions'] != null,
  'the address of a request': async ({ url }, secret) => {
    const query = new URLSearchParams({ query: ME, access_token: secret, token: secret });
    const answer = await fetch(`${url}/graphql?${query.toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    return isMe(((await answer.json()) as { data?: unknown }).data);
  },
  'the cookie of the session': async ({ url }, secret) =>
    isMe((await askWithCookie(url, ME, { cookie: `portcullis-session=${secret}` })).data),
  'the cookie of the refresh token': async ({ url }, secret) =>
    (await askWithCookie(url, REFRESH, { cookie: `portcullis-refresh=${secret}` })).data?.[
      'refresh'
    ] != null,
  'the argument of refresh': async ({ url }, secret) =>
    (await tryRefresh(url, secret)).data?.['refresh'] != null,
  'connection_init, Authorization': (server, secret) =>
    bySocket(server, { Authorization: `Bearer ${secret}` }),
  'connection_init, accessToken': (server, secret) => bySocket(server, { accessToken: secret }),
  'the handshake of a socket': (server, secret) =>
    bySocket(server, {}, { authorization: `Bearer ${secret}` }),
  'the token that /introspect is asked about': async (server, secret) => {
    const answer = await form(server, '/introspect', secret, SERVICE_TOKEN);
    return ((await answer.json()) as { active: boolean }).active;
  },
  'the bearer of /introspect': async (server, secret, { secrets }) =>
    (await form(server, '/introspect', secrets['access token'], secret)).ok,
  'the bearer of /revocations': async ({ url }, secret) =>
    (await fetch(`${url}/revocations`, { headers: bearer(secret) })).ok,
  'the argument of logout': ends(({ url }, t) => ask(url, LOGOUT, { variables: { t } })),
  'Authorization, at logout': ends(({ url }, token) => ask(url, LOGOUT, { token })),
  'the cookie of the refresh token, at logout': ends(({ url }, secret) =>
    askWithCookie(url, LOGOUT, { cookie: `portcullis-refresh=${secret}` }),
  ),
  'the token for /revoke': ends((server, secret) => form(server, '/revoke', secret)),
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof PLACES;
