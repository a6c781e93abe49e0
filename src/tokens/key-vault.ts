import { decryptPrivateKey, encryptPrivateKey } from './key-encryption.js';
import { importSigningKey } from './key-ring.js';
import type { SigningKey } from './key-ring.js';

/** A signing key as it is kept: nobody opens it without the secret that it was sealed under. */
export interface SealedKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: Buffer;
}

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

  /** @returns undefined when none of the secrets opens it, or it was tampered with. */
  open({ kid, algorithm, privateKey }: SealedKey): { key: SigningKey; secret: string } | undefined {
    for (const secret of this.#secrets) {
      try {
        const pkcs8 = decryptPrivateKey(secret, kid, privateKey);
        return { key: importSigningKey(kid, algorithm, pkcs8), secret };
      } catch {
        continue;
      }
    }
    return undefined;
  }

  seal({ kid, algorithm, privateKey }: SigningKey, secret: string): SealedKey {
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    return { kid, algorithm, privateKey: encryptPrivateKey(secret, kid, pkcs8) };
  }
}
