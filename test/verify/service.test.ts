import { register } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { PASSWORD, startAskable } from '../server/oauth/support.js';
import {
  ALL,
  JWKS,
  PASSES,
  REVOKED,
  UNAVAILABLE,
  Service,
  revoke,
  startNetwork,
  startService,
} from './support.js';

let server: TestServer;
beforeAll(async () => {
  server = await startAskable();
});
afterAll(() => server.stop());
let count = 0;
const someone = (): Promise<Tokens> => register(server.url, `user${++count}@example.com`, PASSWORD);

/** Behind the node's back: no revocation is written, so that a check alone can tell. */
const endSilently = ({ session }: Tokens) =>
  server.database.query(
    "UPDATE sessions SET ended_at = now(), ended_reason = 'revoked' WHERE id = $1",
    [session.id],
  );

describe('a service that shares no database', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService(server.url);
  });
  afterAll(() => service.server.stop());

  it('lets a good token pass, and asks the server for @critical alone', async () => {
    const { accessToken } = await someone();
    const before = service.http.count('/introspect');
    expect(await service.ask('{ open plain bounded }', accessToken)).toEqual({
      open: 'ran',
      plain: 'ran',
      bounded: 'ran',
    });
    expect(service.http.count('/introspect')).toBe(before);
    expect(await service.ask(ALL, accessToken)).toEqual(PASSES);
    expect(service.http.count('/introspect')).toBe(before + 1);
  });

  it('lets nobody in without a token', async () => {
    const none = 'UNAUTHENTICATED/NO_TOKEN';
    expect(await service.ask(ALL)).toEqual({ open: 'ran', plain: none, bounded: none, now: none });
  });

  it('hears of a revocation, and refuses without asking', async () => {
    const { accessToken, session } = await someone();
    expect(await service.ask('{ plain }', accessToken)).toEqual({ plain: 'ran' });
    const heard = service.heard();
    await revoke(server, session.id);
    await heard;
    const before = service.http.count('/introspect');
    for (const field of ['plain', 'bounded', 'now']) {
      expect(await service.ask(`{ ${field} }`, accessToken)).toEqual({ [field]: REVOKED });
    }
    expect(service.http.count('/introspect')).toBe(before);
    const { token, refusal } = await service.server.authenticate(`Bearer ${accessToken}`);
    expect([token, refusal?.reason]).toEqual([undefined, 'SESSION_REVOKED']);
  });

  it('finds out by a check what it has not heard, and knows it from then on', async () => {
    const tokens = await someone();
    await endSilently(tokens);
    // Never started, so that no feed brings what the check makes known to the server.
    const deaf = new Service(server.url);
    expect(await deaf.ask('{ plain bounded }', tokens.accessToken)).toEqual({
      plain: 'ran',
      bounded: 'ran',
    });
    expect(await deaf.ask('{ now }', tokens.accessToken)).toEqual({ now: REVOKED });
    expect(await deaf.ask('{ plain now }', tokens.accessToken)).toEqual({
      plain: REVOKED,
      now: REVOKED,
    });
    expect(deaf.http.count('/introspect')).toBe(1);
  });

  it('asks anew at each root field of a mutation', async () => {
    const { accessToken } = await someone();
    const before = service.http.count('/introspect');
    expect(await service.ask('mutation { first second }', accessToken)).toEqual({
      first: 'ran',
      second: 'ran',
    });
    expect(service.http.count('/introspect')).toBe(before + 2);
  });

  it('asks once for all that want to know of a token in the same tick, but not for those after', async () => {
    const { accessToken } = await someone();
    const { token } = await service.server.authenticate(`Bearer ${accessToken}`);
    const before = service.http.count('/introspect');
    const check = () => service.server.guard.check(token!);
    const first = [check(), check(), check()];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    // The first answer is under way by now: it may be from before this moment.
    expect(service.http.count('/introspect')).toBe(before + 1);
    await Promise.all([...first, check(), check()]);
    expect(service.http.count('/introspect')).toBe(before + 2);
  });

  it('tells what it knows', () => {
    expect(service.server.knowledge()).toEqual({
      markAge: expect.any(Number),
      denylistSize: expect.any(Number),
      keysAge: expect.any(Number),
    });
    expect(service.server.knowledge().markAge).toBeLessThan(5_000);
  });
});

it('a check is knowledge for bounded fields, of this session alone', async () => {
  // Nothing is fed, and nothing is as new as the bound by its issue.
  const service = new Service(server.url, { wait: 0 });
  const { accessToken } = await someone();
  const { token } = await service.server.authenticate(`Bearer ${accessToken}`);
  const { guard } = service.server;
  expect(guard.knowledge(token!)).toMatchObject({ check: undefined, mark: undefined });
  await guard.check(token!);
  expect(guard.knowledge(token!).check).toBeLessThan(5_000);
  const other = await service.server.authenticate(`Bearer ${(await someone()).accessToken}`);
  expect(guard.knowledge(other.token!).check).toBeUndefined();
  await service.server.stop();
});

describe('a service whose server is away', () => {
  it('goes on with @auth, refuses @critical, and recovers by itself', async () => {
    const network = await startNetwork(server.url);
    const service = await startService(network.url, { timeouts: { feed: 500 } });
    const { accessToken, session } = await someone();
    expect(await service.ask(ALL, accessToken)).toEqual(PASSES);
    network.refuse();
    await until(() => service.events.includes('feed lost'));
    expect(await service.ask('{ open plain now }', accessToken)).toEqual({
      open: 'ran',
      plain: 'ran',
      now: UNAVAILABLE,
    });
    await revoke(server, session.id);
    const heard = service.heard();
    network.heal();
    await heard;
    expect(await service.ask('{ plain }', accessToken)).toEqual({ plain: REVOKED });
    expect(await service.ask(ALL, (await someone()).accessToken)).toEqual(PASSES);
    expect(service.events).toContain('feed lost');
    expect(service.events.at(-1)).toBe('feed following');
    await service.server.stop();
    await network.stop();
  });

  it('knows less and less while the server stands still, and asks in vain', async () => {
    const network = await startNetwork(server.url);
    const service = await startService(network.url);
    const { accessToken } = await someone();
    network.freeze();
    const ageNow = () => service.server.knowledge().markAge ?? NaN;
    const before = ageNow();
    const began = performance.now();
    expect(await service.ask('{ plain now }', accessToken)).toEqual({
      plain: 'ran',
      now: UNAVAILABLE,
    });
    await until(() => ageNow() - before > 2_000);
    expect(ageNow() - before).toBeLessThanOrEqual(performance.now() - began + 1);
    network.heal();
    await until(() => ageNow() < before + 1_000);
    expect(await service.ask('{ now }', accessToken)).toEqual({ now: 'ran' });
    await service.server.stop();
    await network.stop();
  });

  it('from the start on: nobody can tell what a token is worth, and it is ready later', async () => {
    const network = await startNetwork(server.url);
    network.refuse();
    const service = new Service(network.url);
    const { accessToken } = await someone();
    const ready = service.server.start();
    expect(await service.ask('{ open plain }', accessToken)).toEqual({
      open: 'ran',
      plain: UNAVAILABLE,
    });
    network.heal();
    await ready;
    expect(await service.ask(ALL, accessToken)).toEqual(PASSES);
    await service.server.stop();
    await network.stop();
  });
});

it('without a service token, or with a wrong one, @critical fails closed and @auth goes by the token', async () => {
  const { accessToken } = await someone();
  for (const serviceToken of [undefined, 'x'.repeat(40)]) {
    const service = new Service(server.url, { serviceToken });
    const ready = service.server.start();
    if (serviceToken === undefined) await ready;
    expect(await service.ask('{ plain now }', accessToken)).toEqual({
      plain: 'ran',
      now: UNAVAILABLE,
    });
    expect(service.server.knowledge().markAge).toBeUndefined();
    expect(service.http.count(JWKS)).toBe(1);
    await service.server.stop();
  }
});

it('opaque tokens are asked about in every request', async () => {
  const opaque = await startAskable({ env: { PORTCULLIS_SCHEME: 'opaque' } });
  const service = await startService(opaque.url);
  const { accessToken, session } = await register(opaque.url, 'opaque@example.com', PASSWORD);
  expect(await service.ask('{ plain bounded now }', accessToken)).toEqual({
    plain: 'ran',
    bounded: 'ran',
    now: 'ran',
  });
  expect(service.http.count('/introspect')).toBe(1);
  await revoke(opaque, session.id);
  expect(await service.ask('{ plain }', accessToken)).toEqual({ plain: REVOKED });
  const garbage = await service.server.authenticate('Bearer pst_garbage');
  expect(garbage.refusal?.reason).toBe('TOKEN_INVALID');
  await service.server.stop();
  await opaque.stop();
});
