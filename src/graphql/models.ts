import type { Connection, Edges, SessionEnd, SignedIn, Stats } from '../services/index.js';
import type {
  AuditRecord,
  NodeRecord,
  SessionRecord,
  SigningKeyRecord,
  UserRecord,
} from '../stores/index.js';

/** An account in the graph: its id is always at hand, the rest is read when a field asks for it. */
export interface UserModel {
  readonly id: string;
  readonly load: () => Promise<UserRecord>;
}

/** A session in the graph. A session that was just signed in or refreshed is the one that asks. */
export type SessionModel = SessionRecord & { readonly current?: true };

/** The token that a cookie carries is null. */
export type AuthPayloadModel = Omit<SignedIn, 'accessToken'> & {
  readonly accessToken: string | null;
};
export type SigningKeyModel = SigningKeyRecord;

export type ServerNodeModel = NodeRecord;

export type AuditEventModel = AuditRecord;
export type SessionEndedModel = SessionEnd;
/** graphql-js counts the totals only for those who ask. */
export type StatsModel = Stats;

/** Pages; graphql-js calls `totalCount` only for those who ask. */
export type UserConnectionModel = Connection<UserModel>;
export type SessionConnectionModel = Connection<SessionModel>;
export type AuditEventConnectionModel = Edges<AuditEventModel>;

/** An account that was read already. */
export function userModel(user: UserRecord): UserModel {
  return { id: user.id, load: () => Promise.resolve(user) };
}
