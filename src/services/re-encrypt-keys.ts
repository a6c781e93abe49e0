import type { Deps } from './deps.js';
import { unusableKey } from './signing-keys.js';

/**
 * Seals the signing keys under PORTCULLIS_SECRET alone, in one transaction; those that are already are
 * left as they are. From then on refresh tokens are made under it too, so every node must accept it by
 * now. Answers how many keys it sealed anew.
 * @throws StartupError when a key cannot be used; then nothing has changed.
 */
export async function reEncryptKeys(deps: Deps): Promise<number> {
  const { vault } = deps.keys;
  const resealed = await deps.database.transaction(async (trx) => {
    await deps.signingKeys.lock(trx);
    let count = 0;
    for (const row of await deps.signingKeys.load(trx, 0)) {
      const opened = vault.open(row);
      if (opened.problem !== undefined) throw unusableKey(row.kid, opened.problem);
      if (opened.secret === vault.secret) continue;
      await deps.signingKeys.reseal(trx, vault.seal(opened.key, vault.secret));
      count += 1;
    }
    if (count > 0) await deps.audit.append(trx, { type: 'key.re-encrypted', detail: `${count}` });
    return count;
  });
  await deps.keys.reload();
  return resealed;
}
