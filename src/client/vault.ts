import type { TokenStorage } from './types.js';

/** What is kept between page loads. */
export interface Kept {
  readonly refreshToken?: string | null;
  /** Where there is no refresh token. */
  readonly accessToken?: string | null;
  /** Signed out, and the server does not know it yet: the token to end; empty where a cookie has it. */
  readonly out?: Pick<Kept, 'refreshToken' | 'accessToken'>;
}

/** One entry of a storage. Writes keep their order, however long each takes. */
export interface Vault {
  /** Null: there is nothing that could be read. */
  read(): Promise<Kept | null>;
  /** Settles when it is written, or could not be: then memory has to do. */
  write(kept: Kept | null): Promise<void>;
}

export function openVault(storage: TokenStorage, key: string): Vault {
  let last: Promise<void> = Promise.resolve();
  return {
    read: async () => {
      await last;
      try {
        return JSON.parse((await storage.get(key)) as string) as Kept | null;
      } catch {
        return null;
      }
    },
    write: (kept) =>
      (last = last
        .then(async () => {
          await (kept ? storage.set(key, JSON.stringify(kept)) : storage.remove(key));
        })
        .catch(() => undefined)),
  };
}
