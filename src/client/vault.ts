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
export class Vault {
  readonly isShared: boolean;
  readonly #storage: TokenStorage;
  readonly #key: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(storage: TokenStorage, key: string) {
    this.#storage = storage;
    this.#key = key;
    this.isShared = storage.shared !== false;
  }

  /** Null: there is nothing that could be read. */
  async read(): Promise<Kept | null> {
    try {
      await this.#last;
      return JSON.parse((await this.#storage.get(this.#key)) ?? 'null') as Kept | null;
    } catch {
      return null;
    }
  }

  /** Settles when it is written, or could not be: then memory has to do. */
  write(kept: Kept | null): Promise<void> {
    const written = this.#last.then(() =>
      kept
        ? this.#storage.set(this.#key, JSON.stringify(kept))
        : this.#storage.remove(this.#key),
    );
    const settled = written.then(
      () => undefined,
      () => undefined,
    );
    this.#last = settled;
    return settled;
  }
}
