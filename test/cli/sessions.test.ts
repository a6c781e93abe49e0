import { ask, login, reasons, register, tryRefresh } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { spawnServer } from '../support/process.js';
import type { ServerProcess } from '../support/process.js';
import { ISO, answerOf, listOf, portcullis, rowsOf } from './support.js';

const CRITICAL = '{ mySessions { id } }';
const PASSWORD = 'a long password';

let database: TestDatabase;
let server: ServerProcess;
const run = (...args: string[]) => portcullis(args, { DATABASE_URL: database.url });

beforeAll(async () => {
  database = await createTestDatabase();
  server = await spawnServer(database.url);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await database.drop();
});

const critical = async (token: string) => reasons(await ask(server.url, CRITICAL, { token }));
const refused = async (token: string) => reasons(await tryRefresh(server.url, token));

describe('what the operator does bites at once on a running server', () => {
  it('disabling a user, and enabling leaves the old sessions ended', async () => {
    const { accessToken, refreshToken } = await register(server.url, 'ada@example.com', PASSWORD);
    expect(await critical(accessToken)).toEqual([]);
    answerOf(await run('user', 'disable', 'ada@example.com', '--json'));
    expect(await critical(accessToken)).toEqual(['UNAUTHENTICATED/ACCOUNT_DISABLED']);
    expect(await refused(refreshToken)).toEqual(['REFRESH_REJECTED/ACCOUNT_DISABLED']);
    answerOf(await run('user', 'enable', 'ada@example.com', '--json'));
    expect(await refused(refreshToken)).toEqual(['REFRESH_REJECTED/SESSION_REVOKED']);
    const again = await login(server.url, 'ada@example.com', PASSWORD);
    expect(await critical(again.accessToken)).toEqual([]);
  });

  it('revoking one session, with its reason, and no other', async () => {
    const phone = await register(server.url, 'bob@example.com', PASSWORD);
    const laptop = await login(server.url, 'bob@example.com', PASSWORD);
    const revoke = ['session', 'revoke', phone.session.id, '--reason', 'stolen phone'];
    const { code, stdout, stderr } = await run(...revoke);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rowsOf(stdout)).toMatchObject([
      {
        ID: phone.session.id,
        USER: 'bob@example.com',
        STATUS: 'ENDED',
        REASON: 'revoked: stolen phone',
      },
    ]);
    expect(await critical(phone.accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    expect(await critical(laptop.accessToken)).toEqual([]);
    expect(answerOf(await run(...revoke, '--json'))).toMatchObject({ status: 'ENDED' });
  });

  it("revoking one device's sessions, then all of a user's", async () => {
    const phone = await register(server.url, 'cyd@example.com', PASSWORD);
    const device = { id: 'laptop-1', name: 'Laptop' };
    const laptop = await login(server.url, 'cyd@example.com', PASSWORD, device);
    const revoke = ['session', 'revoke-user', 'cyd@example.com'];
    expect(await run(...revoke, '--device', 'laptop-1')).toEqual({
      code: 0,
      stdout: 'Ended 1 session of cyd@example.com.\n',
      stderr: '',
    });
    expect(await critical(laptop.accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
    expect(await critical(phone.accessToken)).toEqual([]);
    const all = answerOf(await run(...revoke, '--json'));
    expect(all).toEqual({ userId: phone.user.id, ended: 1 });
    expect(await critical(phone.accessToken)).toEqual(['UNAUTHENTICATED/SESSION_REVOKED']);
  });
});

describe('portcullis session list', () => {
  it('lists sessions by user, device and status, without any token', async () => {
    const device = { id: 'pad-7', name: 'Pad' };
    const first = await register(server.url, 'dan@example.com', PASSWORD);
    const second = await login(server.url, 'dan@example.com', PASSWORD, device);
    answerOf(await run('session', 'revoke', first.session.id, '--json'));
    const list = ['session', 'list', '--user', 'dan@example.com'];
    const ids = async (...args: string[]) =>
      listOf(await run(...list, '--json', ...args)).map(({ id }) => String(id));
    const [all, ended, ofDevice, ofAddress] = await Promise.all([
      ids(),
      ids('--status', 'ended'),
      ids('--device', 'pad-7'),
      ids('--ip', '192.0.2.1'),
    ]);
    expect(all).toEqual([second.session.id, first.session.id]);
    expect(ended).toEqual([first.session.id]);
    expect(ofDevice).toEqual([second.session.id]);
    expect(ofAddress).toEqual([]);
    expect(answerOf(await run(...list, '--status', 'active', '--json'))).toEqual([
      {
        id: second.session.id,
        user: { id: second.user.id, email: 'dan@example.com' },
        device,
        ip: '127.0.0.1',
        userAgent: 'node',
        createdAt: expect.stringMatching(ISO),
        authenticatedAt: expect.stringMatching(ISO),
        lastUsedAt: expect.stringMatching(ISO),
        expiresAt: expect.stringMatching(ISO),
        ...{ status: 'ACTIVE', endedAt: null, endedReason: null, endedDetail: null },
      },
    ]);
    expect(rowsOf((await run(...list, '--status', 'active')).stdout)).toEqual([
      {
        ...{ ID: second.session.id, USER: 'dan@example.com', DEVICE: 'Pad', ADDRESS: '127.0.0.1' },
        ...{ CREATED: expect.stringMatching(ISO), 'LAST USED': expect.stringMatching(ISO) },
        ...{ STATUS: 'ACTIVE', REASON: '-' },
      },
    ]);
  });

  it.each(['00000000-0000-7000-8000-000000000000', "'; DROP TABLE sessions"])(
    'tells that there is no session %s to revoke',
    async (id) => {
      expect(await run('session', 'revoke', id)).toEqual({
        ...{ code: 1, stdout: '', stderr: 'There is no such session.\n' },
      });
    },
  );
});
