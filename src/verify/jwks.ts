import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { VerifyingKey, VerifyingKeys } from '../tokens/index.js';

const key = z.object({
  kid: z.string().min(1),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  use: z.literal('sig').optional(),
  x: z.string(),
  y: z.string(),
});

const jwks = z.object({ keys: z.array(z.unknown()) });

/** The public keys of a server, as it published them at one moment. */
export class PublicKeys implements VerifyingKeys {
  readonly #keys: ReadonlyMap<string, VerifyingKey>;

  private constructor(keys: ReadonlyMap<string, VerifyingKey>) {
    this.#keys = keys;
  }

  /**
   * Reads a JWK set (RFC 7517). Of its keys only those for ES256 are taken: no other algorithm is ever
   * tried, whatever a token or the set says.
   * @throws Error when it is no JWK set.
   */
  static parse(value: unknown): PublicKeys {
    const keys = new Map<string, VerifyingKey>();
    for (const candidate of jwks.parse(value).keys) {
      const { data } = key.safeParse(candidate);
      const publicKey = data && importKey(data);
      if (publicKey && !keys.has(data.kid)) keys.set(data.kid, { algorithm: 'ES256', publicKey });
    }
    return new PublicKeys(keys);
  }

  get size(): number {
    return this.#keys.size;
  }

  find(kid: string): VerifyingKey | undefined {
    return this.#keys.get(kid);
  }
}

function importKey({ kty, crv, x, y }: z.infer<typeof key>): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
  } catch {
    return undefined; // no point of the curve
  }
}
