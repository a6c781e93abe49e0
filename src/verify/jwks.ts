import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { repeatedKeys } from '../tokens/index.js';
import type { VerifyingKey, VerifyingKeys } from '../tokens/index.js';

/** As long as the curve's numbers are, in the one way to write them (RFC 7518, 6.2.1.2). */
const coordinate = z.string().regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/);

const key = z.object({
  kid: z.string().min(1),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  use: z.literal('sig').optional(),
  key_ops: z.tuple([z.literal('verify')]).optional(),
  x: coordinate,
  y: coordinate,
  // Whoever reads the set could sign with it.
  d: z.undefined().optional(),
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
   * tried, whatever a token or the set says. Of keys that share a name, and of names that share a key,
   * none is taken: who reads the set from its other end would take another one.
   * @throws Error when it is no JWK set.
   */
  static parse(value: unknown): PublicKeys {
    const taken = jwks.parse(value).keys.flatMap((candidate) => {
      const { data } = key.safeParse(candidate);
      const publicKey = data && importKey(data);
      return publicKey ? [{ kid: data.kid, algorithm: 'ES256' as const, publicKey }] : [];
    });
    const repeated = repeatedKeys(taken);
    const distinct = taken.filter((each) => !repeated.has(each));
    return new PublicKeys(new Map(distinct.map((each) => [each.kid, each])));
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
