import { createHmac } from 'node:crypto';
import { ask, login, refresh, register, tryLogin, tryRefresh } from '../support/client.js';
import type { Tokens } from '../support/client.js';
import { ADMIN, SECRET, startTestServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { Receiver } from './receiver.js';
import type { Received } from './receiver.js';

const PASSWORD = 'a password of some length';
const KEYS = ['an old secret of thirty-two bytes or more', `whsec_${'Zm9v'.repeat(11)}`];
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

let receiver: Receiver;
let server: TestServer;
let ada: Tokens;
let admin: Tokens;
beforeAll(async () => {
  receiver = await new Receiver().start();
  server = await startTestServer({
    env: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: KEYS.join(', '), REFRESH_GRACE: '0s' },
  });
  ada = await register(server.url, 'ada@example.com', PASSWORD);
  admin = await login(server.url, ADMIN.email, ADMIN.password);
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
});

const asAdmin = (query: string) => ask(server.url, query, { token: admin.accessToken });
const user = () => ({ format: 'iss_sub', iss: 'portcullis', sub: ada.user.id });
const session = (id: string) => ({
  ...{ format: 'complex', user: user() },
  session: { format: 'opaque', id },
});
const ip = '127.0.0.1';

/** The newest message about an event of the log, its times and ids taken for granted. */
async function told(type: string, count = 1) {
  const all = await receiver.told(type, count);
  // Several are delivered at once, in any order.
  const idOf = ({ headers }: Received) => String(headers['webhook-id']);
  const { body } = all.reduce((one, other) => (idOf(one) < idOf(other) ? other : one));
  const {
    type: named,
    timestamp,
    data,
  } = body as {
    type: string;
    timestamp: string;
    data: Record<string, unknown>;
  };
  const { event_timestamp, audit_event, ...claims } = data;
  expect(Math.floor(Date.parse(timestamp) / 1_000)).toBe(event_timestamp);
  const { id, type: _, ...event } = audit_event as Record<string, unknown>;
  const [row] = await server.database.query<{ at: Date }>(
    'SELECT at FROM audit_events WHERE id = $1',
    [id],
  );
  expect(row?.at.toISOString()).toBe(timestamp);
  return { type: named, ...claims, event };
}

describe('a message', () => {
  it('is signed under every key, as Standard Webhooks says, over what was sent', async () => {
    const [first] = await receiver.told('user.registered');
    const { headers, text } = first!;
    const id = String(headers['webhook-id']);
    const at = String(headers['webhook-timestamp']);
    const signature = (key: Buffer) =>
      `v1,${createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64')}`;
    const keys = [Buffer.from(KEYS[0]!), Buffer.from('Zm9v'.repeat(11), 'base64')];
    expect(headers['webhook-signature']).toBe(keys.map(signature).join(' '));
    expect(id).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(Math.abs(Number(at) - Date.now() / 1_000)).toBeLessThan(60);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^portcullis\/\d/),
    });
  });

  it('of a sign-in names the session and its user', async () => {
    const { session: own } = await login(server.url, 'ada@example.com', PASSWORD);
    const event = { actor: null, ip, sessions_ended: 0 };
    expect(await told('session.started', 3)).toEqual({
      ...{ type: `${CAEP}session-established`, sub_id: session(own.id) },
      ...{ initiating_entity: 'user', event },
    });
  });

  it('of a failed sign-in says why', async () => {
    await tryLogin(server.url, 'ada@example.com', 'a wrong password of hers');
    expect(await told('session.refused')).toEqual({
      ...{ type: 'portcullis.sign-in-refused', sub_id: user(), initiating_entity: 'policy' },
      reason_admin: { en: 'wrong credentials' },
      event: { actor: null, ip, sessions_ended: 0 },
    });
  });

  it('of a session that is revoked says by whom, and the reason', async () => {
    const own = await login(server.url, 'ada@example.com', PASSWORD);
    await asAdmin(`mutation { revokeSession(id: "${own.session.id}", reason: "stolen") { id } }`);
    expect(await told('session.revoked')).toEqual({
      ...{ type: `${CAEP}session-revoked`, sub_id: session(own.session.id) },
      ...{ initiating_entity: 'admin', reason_admin: { en: 'stolen' } },
      event: { actor: admin.user.id, ip, sessions_ended: 1 },
    });
  });

  it('of some sessions of a user says which: of a device, or all but one', async () => {
    const own = await login(server.url, 'ada@example.com', PASSWORD);
    const device = own.session.device.id;
    const of = `userId: "${ada.user.id}", deviceId: "${device}"`;
    await asAdmin(`mutation { revokeUserSessions(${of}) }`);
    const subject = {
      ...{ format: 'complex', user: user() },
      device: { format: 'opaque', id: device },
    };
    expect(await told('user.sessions-revoked')).toEqual({
      ...{ type: `${CAEP}session-revoked`, sub_id: subject, initiating_entity: 'admin' },
      event: { actor: admin.user.id, ip, sessions_ended: 1 },
    });
    const { accessToken: token, session } = await login(server.url, 'ada@example.com', PASSWORD);
    await ask(server.url, 'mutation { logoutEverywhere(keepCurrent: true) }', { token });
    expect(await told('user.sessions-revoked', 2)).toMatchObject({
      ...{ sub_id: user(), initiating_entity: 'user' },
      event: { session_kept: session.id },
    });
  });

  it('of a reuse is one of a session that a policy has revoked', async () => {
    const own = await login(server.url, 'ada@example.com', PASSWORD);
    await refresh(server.url, own.refreshToken);
    await tryRefresh(server.url, own.refreshToken);
    expect(await told('session.refresh-reused')).toEqual({
      ...{ type: `${CAEP}session-revoked`, sub_id: session(own.session.id) },
      ...{ initiating_entity: 'policy', event: { actor: null, ip, sessions_ended: 1 } },
    });
  });

  it('of a password says what CAEP demands, and nothing of the password', async () => {
    const words = `currentPassword: "${PASSWORD}", newPassword: "quite another long password"`;
    const { accessToken: token, session: own } = await login(
      server.url,
      'ada@example.com',
      PASSWORD,
    );
    await ask(server.url, `mutation { changePassword(${words}) { expiresIn } }`, { token });
    expect(await told('user.password-changed')).toEqual({
      ...{ type: `${CAEP}credential-change`, sub_id: user(), initiating_entity: 'user' },
      ...{ credential_type: 'password', change_type: 'update' },
      event: {
        ...{ actor: ada.user.id, ip, sessions_ended: expect.any(Number) },
        session_kept: own.id,
      },
    });
  });

  it('of scopes has the new ones as a claim', async () => {
    await asAdmin(`mutation { setUserScopes(id: "${ada.user.id}", scopes: ["b", "a"]) { id } }`);
    expect(await told('user.scopes-changed')).toMatchObject({
      ...{ type: `${CAEP}token-claims-change`, sub_id: user(), initiating_entity: 'admin' },
      ...{ claims: { scope: 'a b' }, reason_admin: { en: 'none -> a b' } },
    });
  });

  it('of an account that is disabled and enabled has the names of RISC', async () => {
    await asAdmin(`mutation { disableUser(id: "${ada.user.id}", reason: "left") { id } }`);
    await asAdmin(`mutation { enableUser(id: "${ada.user.id}") { id } }`);
    expect(await told('user.disabled')).toMatchObject({
      ...{ type: `${RISC}account-disabled`, sub_id: user(), reason_admin: { en: 'left' } },
    });
    expect(await told('user.enabled')).toMatchObject({ type: `${RISC}account-enabled` });
  });

  it('is one for a deed that ends many sessions', async () => {
    for (let n = 0; n < 3; n += 1) {
      await login(server.url, 'ada@example.com', 'quite another long password');
    }
    await asAdmin('mutation { revokeAllSessions(reason: "a drill") }');
    expect(await told('everyone.revoked')).toEqual({
      type: `${CAEP}session-revoked`,
      sub_id: { format: 'complex', tenant: { format: 'opaque', id: 'portcullis' } },
      ...{ initiating_entity: 'admin', reason_admin: { en: 'a drill' } },
      event: { actor: admin.user.id, ip, sessions_ended: 4 },
    });
    const about = receiver.received.filter(({ text }) => text.includes('a drill'));
    expect(about).toHaveLength(1);
  });

  it('holds no token, password or secret', () => {
    const all = receiver.received.map(({ text }) => text).join('\n');
    const secrets = [SECRET, ...KEYS, PASSWORD, 'quite another', 'wrong password of hers'];
    for (const secret of [...secrets, ada.refreshToken, ada.accessToken]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toMatch(/eyJ|prt_|\$argon2/);
  });
});
