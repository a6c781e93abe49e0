import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { repeatedKeys } from './repeated-keys.js';

/** A key pair and the one algorithm that it serves. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: 'ES256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new ES256 key pair. */
export function generateSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomUUID(), algorithm: 'ES256', privateKey, publicKey };
}

/** @throws Error when the key is not one that its algorithm allows. */
export function importSigningKey(kid: string, algorithm: string, pkcs8: Buffer): SigningKey {
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  if (algorithm !== 'ES256' || privateKey.asymmetricKeyType !== 'ec' || curve !== 'prime256v1') {
    throw new Error(`signing key ${kid} is not an ${algorithm} key`);
  }
  const publicKey = createPublicKey(privateKey);
  // PKCS#8 may carry another key's public half; it is believed until a signature of the pair is tried.
  const probe = Buffer.from(kid);
  if (!verify('sha256', probe, publicKey, sign('sha256', probe, privateKey))) {
    throw new Error(`signing key ${kid} is not a pair`);
  }
  return { kid, algorithm: 'ES256', privateKey, publicKey };
}

/** The keys that this node knows: all of them verify, and the database says which one signs. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, SigningKey>;
  #jwks: { keys: JsonWebKey[] } | undefined;

  /** @throws Error when a name or a key comes twice. */
  constructor(keys: readonly SigningKey[]) {
    const [repeated] = repeatedKeys(keys);
    if (repeated) throw new Error(`signing key ${repeated.kid} is there twice`);
    this.#keys = new Map(keys.map((key) => [key.kid, key]));
  }

  get size(): number {
    return this.#keys.size;
  }

  find(kid: string): SigningKey | undefined {
    return this.#keys.get(kid);
  }

  /** Public keys for other services (RFC 7517). */
  jwks(): { keys: JsonWebKey[] } {
    const keys = () =>
      [...this.#keys.values()].map(({ kid, algorithm, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        alg: algorithm,
        use: 'sig',
      }));
    return (this.#jwks ??= { keys: keys() });
  }
}
