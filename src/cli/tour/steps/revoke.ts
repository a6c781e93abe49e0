import {
  MeDocument,
  MySessionsDocument,
  PublicFieldDocument,
  RefreshDocument,
  RevokeMySessionDocument,
  RevokeSessionDocument,
  SessionsDocument,
} from '../../generated/operations.js';
import { aDuration, aList } from '../expectation.js';
import type { Guide } from '../guide.js';
import type { Stage, Stranger } from '../stage.js';
import type { Tokens } from '../tokens.js';
import { logIn } from './log-in.js';

/** Milliseconds; both nodes answer long before. */
const WAIT = 10_000;

const REVOKED = { status: 401, errors: ['UNAUTHENTICATED/SESSION_REVOKED'] };

/** The phone is stolen: an admin ends its session, and every kind of field says so. */
export async function revokeAsAdmin(
  guide: Guide,
  stage: Stage,
  stranger: Stranger,
): Promise<Tokens> {
  guide.teller.chapter('An admin revokes a session');
  const phone = await logIn(guide, 'The user logs in on a phone.', stranger, [], 'phone');
  const admin = await logIn(guide, 'An admin logs in.', stage.admin, undefined, 'desk');
  const { sessionId: id, userId, access: token } = phone;
  await guide.ask({
    tells: "The admin looks up the user's newest session.",
    document: SessionsDocument,
    variables: { filter: { userId, status: 'ACTIVE' }, first: 1 },
    token: admin.access,
    expects: { data: { sessions: { edges: [{ node: { id, device: { name: 'phone' } } }] } } },
  });
  await guide.ask({
    tells: stage.own
      ? 'The admin revokes it, and waits for the word of both nodes that they refuse it.'
      : 'The admin revokes it.',
    document: RevokeSessionDocument,
    variables: { id, reason: 'stolen', ...(stage.own ? { awaitNodesMs: WAIT } : {}) },
    token: admin.access,
    expects: {
      data: { revokeSession: { status: 'ENDED', endedReason: 'revoked: stolen' } },
      receipts: stage.own ? [aDuration, aDuration] : [],
    },
  });
  await guide.ask({
    tells: 'The phone asks a @critical field: the whole operation is refused.',
    document: MySessionsDocument,
    variables: {},
    token,
    expects: REVOKED,
  });
  await guide.ask({
    tells: 'So is an @auth field: this node knows of the revocation.',
    document: MeDocument,
    variables: {},
    token,
    expects: REVOKED,
  });
  await guide.ask({
    tells: 'So is even a @public field, as long as the bad token comes along.',
    document: PublicFieldDocument,
    variables: {},
    token,
    expects: REVOKED,
  });
  await guide.ask({
    tells: 'Without the token, @public is open as ever.',
    document: PublicFieldDocument,
    variables: {},
    expects: { data: { fieldPolicies: aList } },
  });
  await guide.ask({
    tells: 'A mutation with the bad token runs nothing.',
    document: RevokeMySessionDocument,
    variables: { id },
    token,
    expects: REVOKED,
  });
  await guide.ask({
    tells: 'The refresh token is worth nothing either.',
    document: RefreshDocument,
    variables: { refreshToken: phone.refresh },
    expects: {
      data: { refresh: null },
      errors: ['REFRESH_REJECTED/SESSION_REVOKED at refresh'],
    },
  });
  await onAnotherNode(guide, stage, phone);
  return admin;
}

async function onAnotherNode(
  guide: Guide,
  { own }: Stage,
  { access: token }: Tokens,
): Promise<void> {
  if (!own) return;
  const at = own.other;
  guide.teller.chapter('The same token on the other node');
  await guide.ask({
    tells: '@auth is refused there too: the revocation came by the feed, so nobody is asked.',
    at,
    document: MeDocument,
    variables: {},
    token,
    expects: REVOKED,
  });
  await guide.ask({
    tells: 'So is @critical.',
    at,
    document: MySessionsDocument,
    variables: {},
    token,
    expects: REVOKED,
  });
}
