import type { WebhookEvent } from '../config/index.js';
import type { AuditType, WrittenEvent } from '../stores/index.js';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

/** The types as receivers read them: those of OpenID CAEP 1.0 and RISC 1.0 where they have one. */
export const TYPES: Readonly<Record<WebhookEvent, string>> = {
  'session-established': `${CAEP}session-established`,
  'session-revoked': `${CAEP}session-revoked`,
  'credential-change': `${CAEP}credential-change`,
  'token-claims-change': `${CAEP}token-claims-change`,
  'account-disabled': `${RISC}account-disabled`,
  'account-enabled': `${RISC}account-enabled`,
  'account-created': 'portcullis.account-created',
  'sign-in-refused': 'portcullis.sign-in-refused',
  'access-refused': 'portcullis.access-refused',
  'key-changed': 'portcullis.key-changed',
};

/** Which event of the log is told as what; the others are not told. */
const TOLD_AS: Readonly<Partial<Record<AuditType, WebhookEvent>>> = {
  'session.started': 'session-established',
  'session.logged-out': 'session-revoked',
  'session.revoked': 'session-revoked',
  'session.refresh-reused': 'session-revoked',
  'user.sessions-revoked': 'session-revoked',
  'everyone.revoked': 'session-revoked',
  'user.password-changed': 'credential-change',
  'user.scopes-changed': 'token-claims-change',
  'user.disabled': 'account-disabled',
  'user.enabled': 'account-enabled',
  'user.registered': 'account-created',
  'user.created': 'account-created',
  'session.refused': 'sign-in-refused',
  'session.reauthentication-refused': 'sign-in-refused',
  'access.refused': 'access-refused',
  'key.created': 'key-changed',
  'key.rotated': 'key-changed',
  'key.revoked': 'key-changed',
  'key.re-encrypted': 'key-changed',
  'key.deleted': 'key-changed',
};

/** These are the work of a rule, not of anybody. */
const BY_POLICY: ReadonlySet<AuditType> = new Set<AuditType>([
  'session.refused',
  'session.reauthentication-refused',
  'session.refresh-reused',
  'access.refused',
  'key.created',
  'key.deleted',
]);

export function toldAs(type: AuditType): WebhookEvent | undefined {
  return TOLD_AS[type];
}

export interface MessageParts {
  /** Claim `iss` of our tokens. */
  readonly issuer: string;
  /** Claim `sub` of a user's tokens. */
  readonly subjectOf: (userId: string) => string;
}

/** The body of the message about an event, which is signed and sent as it stands. */
export function messageOf(name: WebhookEvent, event: WrittenEvent, parts: MessageParts): string {
  return JSON.stringify({
    type: TYPES[name],
    timestamp: event.at.toISOString(),
    data: {
      sub_id: subject(event, parts),
      event_timestamp: Math.floor(event.at.getTime() / 1_000),
      initiating_entity: initiator(event),
      ...(event.detail == null ? {} : { reason_admin: { en: event.detail } }),
      ...claimsOf(name, event),
      audit_event: {
        id: event.id,
        type: event.type,
        actor: event.actorId == null ? null : parts.subjectOf(event.actorId),
        ip: event.ip ?? null,
        sessions_ended: event.ended ?? 0,
        ...(event.told?.keptSessionId === undefined
          ? {}
          : { session_kept: event.told.keptSessionId }),
      },
    },
  });
}

/** RFC 9493: a user, a session or a device of a user, or everybody of this issuer. */
function subject(
  { userId, sessionId, type, told }: WrittenEvent,
  { issuer, subjectOf }: MessageParts,
): object {
  if (userId == null) return { format: 'complex', tenant: { format: 'opaque', id: issuer } };
  const user = { format: 'iss_sub', iss: issuer, sub: subjectOf(userId) };
  if (told?.deviceId !== undefined) {
    return { format: 'complex', user, device: { format: 'opaque', id: told.deviceId } };
  }
  // There the session is the one that did it, or goes on.
  const isAboutUser = type.startsWith('user.');
  return sessionId == null || isAboutUser
    ? user
    : { format: 'complex', user, session: { format: 'opaque', id: sessionId } };
}

/** CAEP 1.0, 2: admin, user, policy or system. */
function initiator({ type, actorId, userId }: WrittenEvent): string {
  if (BY_POLICY.has(type)) return 'policy';
  if (actorId != null) return actorId === userId ? 'user' : 'admin';
  // Signing in and out needs nobody to be signed in; else nobody is the operator.
  return /^session\.(started|logged-out)$|^user\.registered$/.test(type) ? 'user' : 'admin';
}

/** What CAEP 1.0 demands beyond that. */
function claimsOf(name: WebhookEvent, { told }: WrittenEvent): object {
  if (name === 'credential-change') return { credential_type: 'password', change_type: 'update' };
  return name === 'token-claims-change' ? { claims: { scope: told?.scopes?.join(' ') ?? '' } } : {};
}
