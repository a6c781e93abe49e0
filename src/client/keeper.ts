import type { Ask } from './ask.js';
import type { Grant, Payload } from './grant.js';
import type { Platform } from './platform.js';
import type { AuthEvent, AuthEventType, AuthState, EndReason, GraphQLResult } from './types.js';
import type { Vault } from './vault.js';

export interface KeeperParts {
  readonly ask: Ask;
  readonly platform: Platform;
  readonly vault: Vault;
  /** What tabs of the same API have in common. */
  readonly name: string;
  readonly isCookie: boolean;
  /** Whether all tabs have the same session, if any. */
  readonly isShared: boolean;
  /** Seconds. */
  readonly minValidity: number;
  /** Told of a sign-out that the server has not heard of. */
  readonly onUntold: (kept: object) => void;
}

/** Who is signed in, and with which tokens. */
export interface Keeper {
  readonly state: AuthState;
  readonly grant: Grant | null;
  /** Changes whenever somebody signs in or out, and at the end. */
  readonly life: number;
  /** How often the user was signed out: what was asked before is of no use after. */
  readonly signOuts: number;
  readonly subscribe: (listener: (event: AuthEvent) => void) => () => void;
  emit(type: AuthEventType, more?: Partial<AuthEvent>): void;
  /** One tab after another, for what changes the cookie. Answers how to let the next one in. */
  readonly turn: () => Promise<() => void>;
  /** Settles when it is known whether somebody is signed in. @throws AuthError where nobody can tell yet */
  readonly ready: () => Promise<AuthState>;
  /**
   * A token that is good for so many seconds more, or another one than that of a grant, or than the one that there is (true); null where
   * nobody is signed in, or a cookie has it. @throws AuthError where one cannot be had now
   */
  token(minValidity?: number, stale?: Grant | boolean | null): Promise<string | null>;
  /** Takes what the server has handed out. Answers false where the user has signed out meanwhile. */
  accept(payload: Payload, signOuts: number, isSignIn: boolean): Promise<boolean>;
  /** A token that came along with an answer, in place of the one that was sent. */
  renewed(accessToken: string, sent: Grant): void;
  /** It is over: nothing of it is left in this tab, in the others, or in the storage. */
  end(reason: EndReason | null): void;
  /** Whether errors say that the session is over which this was asked with. */
  hear(errors: GraphQLResult['errors'], sent: Grant | null): boolean;
  dispose(): void;
}
