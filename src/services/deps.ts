import type { SchemeSettings } from '../config/index.js';
import type { Database } from '../database/index.js';
import type { PasswordHasher } from '../passwords/index.js';
import type { Checker, Denylist, SessionTokens } from '../revocation/index.js';
import type {
  AuditStore,
  NodeStore,
  RevocationStore,
  SessionStore,
  SigningKeyStore,
  UserStore,
} from '../stores/index.js';
import type { Clock } from '../support/clock.js';
import type { AccessToken, AccessTokens, RefreshTokens } from '../tokens/index.js';
import type { Attempts } from './attempts/index.js';
import type { AuditTail } from './audit-tail.js';
import type { Identity } from './identity.js';
import type { KnownSecrets } from './known-secrets.js';
import type { Profiles } from './profiles.js';
import type { RefusedActs } from './refused-acts.js';
import type { SessionEnds } from './session-ends.js';
import type { SigningKeys } from './signing-keys.js';

/** Durations in milliseconds. */
export interface Settings {
  readonly scheme: SchemeSettings;
  /** Of a JWT that is renewed along with an answer: how long it is trusted without a look. */
  readonly slidingWindow: number;
  readonly registration: 'open' | 'closed';
  readonly refreshGrace: number;
  readonly sessionIdleTtl: number;
  readonly sessionMaxTtl: number;
  readonly keyPublishWait: number;
}

/** What every use case works with. */
export interface Deps {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly database: Database;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly revocations: RevocationStore;
  readonly audit: AuditStore;
  readonly signingKeys: SigningKeyStore;
  readonly keys: SigningKeys;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly denylist: Denylist;
  readonly checker: Checker;
  readonly sessionTokens: SessionTokens;
  readonly nodes: NodeStore;
  readonly profiles: Profiles;
  readonly secrets: KnownSecrets;
  readonly sessionEnds: SessionEnds;
  readonly auditTail: AuditTail;
  readonly refusedActs: RefusedActs;
}

/** Where a request comes from. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Who acts: a signed-in caller. The operator at the command line is nobody: `undefined`. */
export interface Caller {
  readonly token: AccessToken;
  readonly origin: Origin;
}
