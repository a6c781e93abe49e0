import { decryptPrivateKey, encryptPrivateKey } from './key-encryption.js';
import { importSigningKey } from './key-ring.js';
import type { SigningKey } from './key-ring.js';
import { repeatedKeys } from './repeated-keys.js';

/** A signing key as it is kept: nobody opens it without the secret that it was sealed under. */
export interface SealedKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: Buffer;
}

/** A key and the secret that it was sealed under, or why it cannot be used, to be read after its name. */
export type OpenedKey =
  | { readonly key: SigningKey; readonly secret: string; readonly problem?: undefined }
  | { readonly key?: undefined; readonly secret?: undefined; readonly problem: KeyProblem };

export type KeyProblem =
  | 'is sealed under a secret that is not known here'
  | 'is not a key for its algorithm'
  | 'is there under two names';

/** The server's secret, and after it others that are accepted while it is being replaced. */
export type Secrets = readonly [string, ...string[]];

/** Opens signing keys under any of the accepted secrets and seals them under one. */
export class KeyVault {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** The secret that is here to stay. */
  get secret(): string {
    return this.#secrets[0];
  }

  /** What was tampered with opens under no secret. */
  open({ kid, algorithm, privateKey }: SealedKey): OpenedKey {
    for (const secret of this.#secrets) {
      const pkcs8 = attempt(() => decryptPrivateKey(secret, kid, privateKey));
      if (!pkcs8) continue;
      const key = attempt(() => importSigningKey(kid, algorithm, pkcs8));
      return key ? { key, secret } : { problem: 'is not a key for its algorithm' };
    }
    return { problem: 'is sealed under a secret that is not known here' };
  }

  /** Opens keys that are kept side by side. One under two names would outlive the deletion of either. */
  openAll(rows: readonly SealedKey[]): readonly OpenedKey[] {
    const opened = rows.map((row) => this.open(row));
    const repeated = repeatedKeys(opened.flatMap(({ key }) => key ?? []));
    return opened.map((each) =>
      each.key && repeated.has(each.key) ? { problem: 'is there under two names' } : each,
    );
  }

  seal({ kid, algorithm, privateKey }: SigningKey, secret: string): SealedKey {
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    return { kid, algorithm, privateKey: encryptPrivateKey(secret, kid, pkcs8) };
  }
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined; // the reason would tell of the key
  }
}
