export { AddressLimits } from './attempts/address-limits.js';
export { AttemptStore } from './attempts/attempt-store.js';
export type { AttemptRecord, AttemptRegister } from './attempts/attempt-store.js';
export { MemoryRegister } from './attempts/memory-register.js';
export { AuditStore } from './audit.js';
export type {
  AuditEvent,
  AuditFilter,
  AuditOutbox,
  AuditRecord,
  AuditType,
  WrittenEvent,
} from './audit.js';
export { OutboxStore } from './outbox.js';
export type { Delivery, OutboxFigures } from './outbox.js';
export { exportAuditEvents } from './audit-export.js';
export type { ExportedEvent } from './audit-export.js';
export { countAuditEvents } from './audit-stats.js';
export type { AuditCounts } from './audit-stats.js';
export { TAIL_PAGE, tailAuditEvents } from './audit-tail.js';
export type { AuditMark, AuditNews } from './audit-tail.js';
export { encodeCursor } from './page.js';
export type { Page, PageRequest } from './page.js';
export type { FeedItem, FeedPage } from './feed/page.js';
export { FeedReader } from './feed/reader.js';
export { NodeStore } from './nodes.js';
export type { NodeIdentity, NodeRecord, Receipt } from './nodes.js';
export { RevocationStore } from './revocations.js';
export type { Revocation, RevocationReason, UserEpoch } from './revocations.js';
export { PostgresSessionStore } from './sessions/postgres/store.js';
export { RedisSessionStore } from './sessions/redis/store.js';
export type {
  EndedReason,
  NewSession,
  SessionFilter,
  SessionGrant,
  SessionLookUp,
  SessionRecord,
  SessionRef,
  SessionSecrets,
  SessionState,
} from './sessions/record.js';
export type { SessionStore, SessionStoreOptions } from './sessions/session-store.js';
export { SigningKeyStore } from './signing-keys.js';
export type { SigningKeyRecord, SigningKeyState } from './signing-keys.js';
export { addUsers, takenEmails } from './add-users.js';
export type { NewUser } from './add-users.js';
export { UserStore } from './users.js';
export type { UserFilter, UserRecord } from './users.js';
