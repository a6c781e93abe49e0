import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { SECRET } from '../support/server.js';
import { ISO, answerOf, listOf, portcullis, rowsOf, spawned } from './support.js';

const NEXT = 'p7Jq2Vx9Lr4Tn8Wk1Zc6Ys3Bm5Hd0GfQaEuXoIv';

let database: TestDatabase;
let env: Record<string, string>;
beforeEach(async () => {
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url };
});
afterEach(() => database.drop());

const keys = async () => listOf(await portcullis(['keys', 'list', '--json'], env));
const ISO_TIME = expect.stringMatching(ISO);

describe('portcullis keys list', () => {
  it('lists the signing keys without their private halves', async () => {
    const listed = await keys();
    const { kid, createdAt, signsFrom } = listed[0]!;
    expect(listed).toEqual([
      {
        ...{ kid, algorithm: 'ES256', createdAt: ISO_TIME, state: 'signs' },
        ...{ signsFrom: ISO_TIME, signsUntil: null, verifiesUntil: null },
      },
    ]);
    expect(rowsOf((await portcullis(['keys', 'list'], env)).stdout)).toEqual([
      {
        ...{ KID: kid, ALGORITHM: 'ES256', STATE: 'signs', PUBLISHED: createdAt },
        ...{ 'SIGNS FROM': signsFrom, 'VERIFIES UNTIL': '-' },
      },
    ]);
  });

  it('refuses a secret that the keys were not made under', async () => {
    const [key] = await keys();
    const ended = await portcullis(['keys', 'list'], { ...env, PORTCULLIS_SECRET: NEXT });
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `Signing key ${String(key!['kid'])} cannot be opened: PORTCULLIS_SECRET is not the one that it was made under.\n`,
    });
  });
});

describe('portcullis start', () => {
  it('refuses a secret that the keys were not made under, and prints neither', async () => {
    await keys();
    const { code, stdout, stderr } = await spawned(['start'], {
      ...{ ...env, PORTCULLIS_SECRET: NEXT, PORT: '0', LOG_LEVEL: 'debug' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Signing key \S+ cannot be opened: PORTCULLIS_SECRET is not /m);
    for (const secret of [NEXT, SECRET]) expect(stdout + stderr).not.toContain(secret);
  });
});

describe('portcullis keys rotate', () => {
  it('publishes a key that signs later, and answers the same until it does', async () => {
    const [first] = await keys();
    const made = answerOf(await portcullis(['keys', 'rotate', '--json'], env));
    expect(made).toMatchObject({ state: 'published', algorithm: 'ES256' });
    const wait = Date.parse(String(made['signsFrom'])) - Date.parse(String(made['createdAt']));
    expect(Math.round(wait / 1000)).toBe(600);
    const [row] = rowsOf((await portcullis(['keys', 'rotate'], env)).stdout);
    expect(row).toMatchObject({ KID: made['kid'], STATE: 'published' });
    const listed = await keys();
    expect(listed.map(({ kid, state }) => `${String(kid)} ${String(state)}`)).toEqual([
      `${String(made['kid'])} published`,
      `${String(first!['kid'])} signs`,
    ]);
    expect(listed[1]).toMatchObject({ signsUntil: made['signsFrom'], verifiesUntil: ISO_TIME });
  });

  it('--revoke-issued leaves one new key, which signs at once', async () => {
    const before = await keys();
    const made = answerOf(await portcullis(['keys', 'rotate', '--revoke-issued', '--json'], env));
    expect(made).toMatchObject({ state: 'signs' });
    expect(made['kid']).not.toBe(before[0]!['kid']);
    expect(await keys()).toEqual([made]);
    const epochs = await database.query('SELECT epoch, reason FROM global_epochs ORDER BY epoch');
    expect(epochs.at(-1)).toEqual({ epoch: 1, reason: 'signing keys revoked' });
  });
});

describe('portcullis keys re-encrypt', () => {
  it('moves the keys from the previous secret to the present one, once', async () => {
    await keys();
    const both = { ...env, PORTCULLIS_SECRET: NEXT, PORTCULLIS_SECRET_PREVIOUS: SECRET };
    const command = (...args: string[]) => portcullis(['keys', 're-encrypt', ...args], both);
    expect(await command()).toEqual({
      code: 0,
      stdout: 'Put 1 key under PORTCULLIS_SECRET.\n',
      stderr: '',
    });
    expect((await command()).stdout).toBe('All keys are under PORTCULLIS_SECRET already.\n');
    expect(answerOf(await command('--json'))).toEqual({ reEncrypted: 0 });
    const alone = { ...env, PORTCULLIS_SECRET: NEXT };
    expect((await portcullis(['keys', 'list'], alone)).code).toBe(0);
    expect((await spawned(['keys', 'list'], env)).code).toBe(1);
  });
});
