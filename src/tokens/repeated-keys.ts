import type { KeyObject } from 'node:crypto';

interface NamedKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
}

/** The keys that come more than once, be it by name or by what they are. */
export function repeatedKeys<Key extends NamedKey>(keys: readonly Key[]): ReadonlySet<Key> {
  const known = new Map<string, Key>();
  const repeated = new Set<Key>();
  for (const key of keys) {
    const spki = key.publicKey.export({ format: 'der', type: 'spki' }).toString('hex');
    for (const mark of [`kid ${key.kid}`, `key ${spki}`]) {
      const other = known.get(mark);
      if (other) repeated.add(other).add(key);
      known.set(mark, key);
    }
  }
  return repeated;
}
