/** A stored hash as it was read. */
export interface StoredHash {
  /** Its kind and cost, such as `argon2id m=19456,t=2,p=1`: hashes of one label take equally long. */
  readonly label: string;
  /** Computes the hash of the bytes, for as long as that takes, and compares. */
  verify(password: Buffer): boolean;
}

/** One way to hash passwords. */
export interface Kind {
  /** How its hashes begin. */
  readonly prefix: RegExp;
  /** @throws HashError for what is not well-formed, or would cost too much. */
  read(stored: string): StoredHash;
}

/** Why a hash cannot be used; its message goes on from "the hash" and never repeats a value of it. */
export class HashError extends Error {
  override readonly name = 'HashError';
}
