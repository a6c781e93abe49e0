import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { createSocketOptions } from '../../../src/public/client/graphql-ws.js';
import { ADMIN } from '../../support/server.js';
import { serverOfAda } from '../server-of-ada.js';
import { ADA, createTestClient } from '../support.js';

const home = serverOfAda();
const { clock, revoke } = home;

const opened: Client[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) await client.dispose();
});

const open = async (who?: typeof ADA, url = home.url) => {
  const told = createTestClient(home.url);
  if (who) await told.auth.login(who);
  else await told.auth.ready();
  const client = createClient({
    ...createSocketOptions(told.auth),
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  });
  opened.push(client);
  return { ...told, client, next: heardBy(client) };
};

/** Answers the next of an event that has not been taken yet. */
function heardBy(client: Client) {
  const heard: Record<string, unknown[]> = { connected: [], closed: [] };
  let wake = (): void => undefined;
  const note = (type: string, what: unknown) => {
    heard[type]?.push(what);
    wake();
  };
  client.on('connected', (socket) => note('connected', socket));
  client.on('closed', (event) => note('closed', (event as { code: number }).code));
  return async (type: 'connected' | 'closed'): Promise<unknown> => {
    while (!heard[type]?.length) await new Promise<void>((resolve) => (wake = resolve));
    return heard[type].shift();
  };
}

/** Settles with how a subscription ends. */
const subscribe = (client: Client) =>
  new Promise((resolve) =>
    client.subscribe(
      { query: 'subscription { sessionEnded { reason } }' },
      { next: () => undefined, error: resolve, complete: () => resolve('complete') },
    ),
  );

describe('a socket', () => {
  it('comes back with a new token where its own has expired', async () => {
    const { auth, client, next, told } = await open(ADA);
    const ended = subscribe(client);
    const token = await auth.getAccessToken();
    await next('connected');
    clock.advance(306_000);
    client.terminate();
    expect(await next('closed')).toBe(4499);
    // It waits for a moment, and presents what has expired by then.
    expect(await next('closed')).toBe(4403);
    await next('connected');
    expect(told()).toContain('refreshed');
    expect(await auth.getAccessToken()).not.toBe(token);
    await auth.logout();
    await ended;
  });

  it('ends the session here that has been revoked', async () => {
    const { auth, client, next, until } = await open(ADA);
    const ended = subscribe(client);
    await next('connected');
    await revoke(auth.state.session!.id);
    expect(await until('revoked')).toMatchObject({ reason: 'SESSION_REVOKED' });
    expect(await ended).toBe('complete');
    expect(await next('closed')).toBe(4403);
  });

  it('closes with a sign-out, and what was subscribed to fails', async () => {
    const { auth, client, next } = await open(ADA);
    const ended = subscribe(client);
    await next('connected');
    await auth.logout();
    expect(await ended).toMatchObject({ code: 4403 });
    // Who begins anew is a stranger, and may.
    void subscribe(client);
    await next('connected');
  });

  it('is another user’s after a sign-in', async () => {
    const { auth, client, next } = await open(ADMIN);
    void subscribe(client);
    await next('connected');
    await auth.login(ADA);
    expect(await next('closed')).toBe(4403);
    await next('connected');
    await revoke(auth.state.session!.id);
    expect(await next('closed')).toBe(4403);
  });
});

describe('a socket that the server closes', () => {
  /** Closes whatever is subscribed to, with one code after another; then it holds still. */
  const closing = (...codes: number[]) => {
    const stub = new WebSocketServer({ port: 0, handleProtocols: () => 'graphql-transport-ws' });
    stub.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        const { type } = JSON.parse(data.toString()) as { type: string };
        if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
        const code = type === 'subscribe' ? codes.shift() : undefined;
        if (code) socket.close(code);
      }),
    );
    const { port } = stub.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, stop: () => stub.close() };
  };

  it('comes back after 1001 and 1013', async () => {
    const stub = closing(1001, 1013);
    const { client, next } = await open(ADA, stub.url);
    void subscribe(client);
    await next('connected');
    expect(await next('closed')).toBe(1001);
    await next('connected');
    expect(await next('closed')).toBe(1013);
    await next('connected');
    stub.stop();
  });

  it.each([4401, 4429])('stays away after %i', async (code) => {
    const stub = closing(code);
    const { auth, client } = await open(ADA, stub.url);
    expect(await subscribe(client)).toMatchObject({ code });
    expect(auth.state.status).toBe('signed-in');
    stub.stop();
  });
});

describe('the options of a socket', () => {
  const immediate = () => new Promise((resolve) => setImmediate(resolve, 'later'));
  const started = async () => {
    const told = createTestClient(home.url);
    await told.auth.login(ADA);
    return { ...told, options: createSocketOptions(told.auth) };
  };
  const close = ({ on, shouldRetry }: ReturnType<typeof createSocketOptions>, code: number) => {
    on.closed?.({ code });
    return shouldRetry({ code });
  };
  const comeBack = ({ retryWait }: ReturnType<typeof createSocketOptions>) =>
    Promise.race([retryWait(0).then(() => 'at once'), immediate()]);

  it('come back at once where another server is there, and later where none is', async () => {
    const { options } = await started();
    expect([close(options, 1001), await comeBack(options)]).toEqual([true, 'at once']);
    expect([close(options, 1006), await comeBack(options)]).toEqual([true, 'later']);
  });

  it('come back after a refusal when it is known whether it is the end, and not as a stranger', async () => {
    const { auth, options, until } = await started();
    const params = options.connectionParams as () => Promise<unknown>;
    await params();
    await revoke(auth.state.session!.id);
    expect([close(options, 4403), await comeBack(options)]).toEqual([true, 'later']);
    await options.retryWait(0);
    expect(await until('revoked')).toMatchObject({ reason: 'SESSION_REVOKED' });
    await expect(params()).rejects.toMatchObject({ reason: 'SESSION_REVOKED' });
    expect(await params()).toEqual({});
  });
});
