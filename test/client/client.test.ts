import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { AuthError, memoryStorage } from '../../src/client/index.js';
import { ADMIN } from '../support/server.js';
import { serverOfAda } from './server-of-ada.js';
import { ADA, PASSWORD, createTestClient } from './support.js';

const ada = serverOfAda();
const { clock, revoke } = ada;

const signedIn = async (options = {}) => {
  const client = createTestClient(ada.url, options);
  await client.auth.login(ADA);
  return client;
};
describe('a client', () => {
  it('signs in, asks and signs out', async () => {
    const { auth, told, until } = createTestClient(ada.url);
    expect(auth.state).toEqual({ status: 'starting', user: null, session: null, reason: null });
    await until('signed-out');
    expect(await auth.getAccessToken()).toBeNull();
    const user = await auth.login(ADA);
    expect(user).toMatchObject({ email: ADA.email, status: 'ACTIVE' });
    expect(auth.state).toMatchObject({ status: 'signed-in', user, session: { current: true } });
    expect(await auth.getAccessToken()).toMatch(/^eyJ/);
    expect(await auth.request('{ me { email } }')).toEqual({ data: { me: { email: ADA.email } } });
    const { id } = auth.state.session!;
    expect(await auth.logout()).toBe(1);
    expect(auth.state).toEqual({ status: 'signed-out', user: null, session: null, reason: null });
    expect(await auth.request('{ me { email } }')).toMatchObject({ data: { me: null } });
    expect(told()).toEqual(['signed-out', 'signed-in', 'signed-out']);
    const rows = await ada.server.database.query(
      'SELECT ended_reason FROM sessions WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ ended_reason: 'logged_out' }]);
  });

  it('tells what the server refuses', async () => {
    const { auth } = createTestClient(ada.url);
    const failed = await auth
      .login({ ...ADA, password: 'another long password' })
      .catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(AuthError);
    expect(failed).toMatchObject({ code: 'INVALID_CREDENTIALS', reason: 'INVALID_CREDENTIALS' });
    await expect(auth.register({ email: 'x', password: PASSWORD })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'input.email',
    });
  });

  it('goes on after a reload by what its storage has kept', async () => {
    const storage = { ...memoryStorage(), shared: true };
    const before = await signedIn({ storage });
    const { id } = before.auth.state.session!;
    before.auth.dispose();
    const { auth, told } = createTestClient(ada.url, { storage });
    expect(await auth.ready()).toMatchObject({ status: 'signed-in', session: { id } });
    expect(told()).toEqual(['signed-in']);
    await auth.logout();
    expect(await createTestClient(ada.url, { storage }).auth.ready()).toMatchObject({
      status: 'signed-out',
    });
  });

  it('asks again with a new token where the old one has expired, a mutation too', async () => {
    const { auth, told } = await signedIn();
    const token = await auth.getAccessToken();
    clock.advance(306_000);
    const mutation = 'mutation { logoutEverywhere(keepCurrent: true) }';
    expect((await auth.request(mutation)).errors).toBeUndefined();
    expect(await auth.getAccessToken()).not.toBe(token);
    expect(told()).toEqual(['signed-out', 'signed-in', 'refreshed'].slice(-told().length));
  });

  it('destroys its tokens at the next request after its session was revoked', async () => {
    const { auth, events } = await signedIn();
    await revoke(auth.state.session!.id);
    await auth.request('{ me { email } mySessions { id } }');
    expect(auth.state).toEqual({
      status: 'signed-out',
      user: null,
      session: null,
      reason: 'SESSION_REVOKED',
    });
    expect(events.at(-1)).toMatchObject({ type: 'revoked', reason: 'SESSION_REVOKED' });
    expect(await auth.getAccessToken()).toBeNull();
  });

  it('with live hears of it without a request', async () => {
    const seen = new EventEmitter();
    const subscribed = once(seen, 'subscribed');
    class Watched extends WebSocket {
      override send(data: string) {
        super.send(data);
        if (data.includes('sessionEnded')) seen.emit('subscribed');
      }
    }
    const { auth, until } = await signedIn({ live: true, webSocketImpl: Watched });
    const { id } = auth.state.session!;
    await subscribed;
    await revoke(id);
    expect(await until('revoked')).toMatchObject({ reason: 'SESSION_REVOKED' });
    expect(auth.state.status).toBe('signed-out');
  });

  it('lists sessions and ends one', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const listed = await one.auth.sessions.list();
    expect(listed.filter(({ current }) => current)).toHaveLength(1);
    expect(await one.auth.sessions.revoke(two.auth.state.session!.id)).toBe(true);
    await two.auth.request('{ mySessions { id } }');
    expect(two.auth.state.status).toBe('signed-out');
    expect(await one.auth.logout({ scope: 'others' })).toBeGreaterThanOrEqual(0);
    expect(one.auth.state.status).toBe('signed-in');
    await one.auth.logout({ scope: 'all' });
    expect(one.auth.state.status).toBe('signed-out');
  });

  it('has the password entered again where a field wants it', async () => {
    const asked: unknown[] = [];
    const onReauthenticate = (request: object) => {
      asked.push(request);
      return Promise.resolve(asked.length === 1 ? 'not the password at all' : ADMIN.password);
    };
    const { auth, told } = createTestClient(ada.url, { onReauthenticate });
    await auth.login(ADMIN);
    clock.advance(290_000);
    expect(await auth.needsReauthentication('Mutation.setUserScopes')).toBe(false);
    clock.advance(20_000);
    const mutation = `mutation ($id: ID!) { setUserScopes(id: $id, scopes: ["x"]) { scopes } }`;
    const { id } = auth.state.user!;
    const answer = await auth.request(mutation, { id: id.replace(/.$/, '0') });
    expect(answer.errors?.[0]?.extensions?.['reason']).not.toBe('REAUTHENTICATION_REQUIRED');
    expect(asked).toEqual([{}, { error: expect.any(AuthError) }]);
    expect(told()).toContain('reauthentication-required');
  });

  it('gives its token to nobody else', async () => {
    const { auth } = await signedIn();
    const seen: unknown[] = [];
    const other = createTestClient(ada.url, {
      fetch: (input, init) => {
        seen.push(new Request(input, init).headers.get('authorization'));
        return Promise.resolve(new Response('{}'));
      },
    });
    await other.auth.fetch('https://elsewhere.example/graphql');
    expect(seen.at(-1)).toBeNull();
    expect(auth.state.status).toBe('signed-in');
  });
});
