import type { UserRecord } from '../stores/index.js';
import type { OwnClaims } from '../tokens/index.js';

/** A user as a team's own store knows it. */
export interface DirectoryUser {
  /** Up to 255 characters; claim `sub` of its access tokens, and `User.id`. Never given to another. */
  readonly id: string;
  readonly email: string;
  readonly name?: string | null;
  /** Absent: they are kept here, by `setUserScopes`. */
  readonly scopes?: readonly string[];
  /** Keeps the user out, from the next refresh on. Default false. */
  readonly disabled?: boolean;
}

/**
 * A team's own user store in place of ours; sessions, tokens and revocation stay ours. What one of these
 * throws is STORE_UNAVAILABLE to the client, and so is an answer that takes longer than five seconds.
 */
export interface UserDirectory<U extends DirectoryUser = DirectoryUser> {
  /** @param email without spaces around it, NFC, lower case */
  findByEmail(email: string): Promise<U | null | undefined>;
  findById(id: string): Promise<U | null | undefined>;
  /**
   * @param user undefined where there is none: spend the same time then, and answer false, or strangers
   * learn which addresses have accounts
   */
  verifyPassword(user: U | undefined, password: string): Promise<boolean>;
  /** Own claims for an access token of this user. Default: none. */
  claims?(user: U): OwnClaims | Promise<OwnClaims>;
}

/** What claims are made of where accounts are ours. */
export type Profile = Pick<UserRecord, 'id' | 'email' | 'name' | 'scopes'>;

/** Who users are, and what tokens say of them beyond what sessions need. */
export interface Identity {
  readonly directory?: UserDirectory | undefined;
  readonly claims?: ((user: Profile) => OwnClaims | Promise<OwnClaims>) | undefined;
}
