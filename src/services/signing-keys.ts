import type { Database, Executor } from '../database/index.js';
import { StartupError } from '../errors/startup-error.js';
import type { AuditStore, SigningKeyRecord, SigningKeyStore } from '../stores/index.js';
import {
  KeyRing,
  decryptPrivateKey,
  encryptPrivateKey,
  generateSigningKey,
  importSigningKey,
} from '../tokens/index.js';

/**
 * The keys of all nodes; the first node to ask makes the first one.
 * @throws StartupError when PORTCULLIS_SECRET is not the one that the keys were encrypted under.
 */
export async function loadKeyRing(
  database: Database,
  stores: { keys: SigningKeyStore; audit: AuditStore },
  secret: string,
): Promise<KeyRing> {
  const records = await database.transaction(async (trx) => {
    const known = await stores.keys.list(trx);
    return known.length > 0 ? known : createFirst(trx, stores, secret);
  });
  return new KeyRing(records.map((record) => open(record, secret)));
}

async function createFirst(
  trx: Executor,
  { keys, audit }: { keys: SigningKeyStore; audit: AuditStore },
  secret: string,
): Promise<SigningKeyRecord[]> {
  await keys.lock(trx);
  const meanwhile = await keys.list(trx);
  if (meanwhile.length > 0) return meanwhile;
  const { kid, algorithm, privateKey } = generateSigningKey();
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  await keys.insert(trx, { kid, algorithm, privateKey: encryptPrivateKey(secret, kid, pkcs8) });
  await audit.append(trx, { type: 'key.created', detail: kid });
  return keys.list(trx);
}

function open({ kid, algorithm, privateKey }: SigningKeyRecord, secret: string) {
  try {
    return importSigningKey(kid, algorithm, decryptPrivateKey(secret, kid, privateKey));
  } catch {
    throw new StartupError(
      `Signing key ${kid} cannot be opened: PORTCULLIS_SECRET is not the one that it was made under.`,
    );
  }
}
