import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Database } from '../../src/database/index.js';
import { SigningKeys } from '../../src/services/index.js';
import { AuditStore, SigningKeyStore } from '../../src/stores/index.js';
import { encryptPrivateKey } from '../../src/tokens/key-encryption.js';
import { KeyVault, generateSigningKey } from '../../src/tokens/index.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';

const SECRET = 'a secret of thirty-two bytes or more';
const clock = new TestClock();
const store = new SigningKeyStore(clock);
let testDatabase: TestDatabase;
let database: Database;
let warnings: object[];
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(testDatabase.url, { connections: 3, checkConnections: 1 });
  warnings = [];
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const open = () =>
  SigningKeys.open({
    ...{ database, store, audit: new AuditStore(clock), vault: new KeyVault([SECRET]), clock },
    tokenLife: 60_000,
    warn: (facts, message) => warnings.push({ ...facts, message }),
  });

/** Puts a key into the table as somebody would who has the secret too. */
async function plant(kid: string, key: KeyObject, algorithm = 'ES256'): Promise<void> {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const privateKey = encryptPrivateKey(SECRET, kid, pkcs8);
  const row = { kid, algorithm, privateKey };
  await database.transaction((trx) => store.insert(trx, row, { wait: 0, tokenLife: 60_000 }));
}

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

describe.each<[string, () => KeyObject, string]>([
  ['of another curve', () => ec('P-384'), 'ES256'],
  ['of another curve, for its own algorithm', () => ec('P-384'), 'ES384'],
  ['of RSA', () => generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey, 'ES256'],
  ['of Edwards', () => generateKeyPairSync('ed25519').privateKey, 'ES256'],
  ['for no algorithm', () => generateSigningKey().privateKey, 'none'],
  ['for an algorithm of secrets', () => generateSigningKey().privateKey, 'HS256'],
])('a signing key %s', (_what, make, algorithm) => {
  it('is not loaded, and keeps a node from starting', async () => {
    const keys = await open();
    await plant('odd', make(), algorithm);
    await keys.reload();
    expect([keys.ring.size, keys.ring.find('odd')]).toEqual([1, undefined]);
    const message = 'a signing key is not a key for its algorithm';
    expect(warnings).toEqual([{ kid: 'odd', message }]);
    await expect(open()).rejects.toThrow('Signing key odd is not a key for its algorithm.');
  });
});

describe('a signing key under a second name', () => {
  it('is not loaded beside the first, and keeps a node from starting', async () => {
    const keys = await open();
    const [first] = keys.ring.jwks().keys;
    const kid = String(first?.['kid']);
    await plant('twin', keys.ring.find(kid)!.privateKey);
    await keys.reload();
    expect([keys.ring.size, keys.ring.find('twin')]).toEqual([1, undefined]);
    expect(keys.ring.find(kid)).toBeDefined();
    expect(warnings).toContainEqual({
      kid: 'twin',
      message: 'a signing key is there under two names',
    });
    await expect(open()).rejects.toThrow(/^Signing key \S+ is there under two names\.$/);
  });
});

describe('a name', () => {
  it('is given to one signing key alone', async () => {
    await open();
    await plant('one', generateSigningKey().privateKey);
    await expect(plant('one', generateSigningKey().privateKey)).rejects.toThrow(
      /23505, signing_keys_pkey/,
    );
  });

  it('is of no use to another key: rows that were exchanged are not opened', async () => {
    const keys = await open();
    await plant('one', generateSigningKey().privateKey);
    await testDatabase.query(`UPDATE signing_keys SET kid = 'two' WHERE kid = 'one'`);
    await keys.reload();
    expect([keys.ring.size, keys.ring.find('two')]).toEqual([1, undefined]);
    await expect(open()).rejects.toThrow(/^Signing key two cannot be opened/);
  });
});
