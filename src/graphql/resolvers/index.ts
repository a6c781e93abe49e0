import { DateTime } from '../date-time.js';
import type { Resolvers } from '../generated/resolvers.js';
import { AuditEvent, auditQueries, auditSubscriptions } from './audit.js';
import { Session, sessionMutations, sessionQueries } from './session.js';
import { ServerNode, serverNodeQueries } from './server-node.js';
import { sessionEndedSubscriptions } from './session-ended.js';
import { AuthPayload, signInMutations } from './sign-in.js';
import { SigningKey, signingKeyMutations, signingKeyQueries } from './signing-key.js';
import { statsQueries } from './stats.js';
import { User, userMutations, userQueries } from './user.js';

export const resolvers: Resolvers = {
  DateTime,
  Query: {
    ...userQueries,
    ...sessionQueries,
    ...serverNodeQueries,
    ...signingKeyQueries,
    ...auditQueries,
    ...statsQueries,
    fieldPolicies: (_, _args, { policyOf }, { schema }) => policyOf(schema).entries(),
  },
  Mutation: {
    ...signInMutations,
    ...userMutations,
    ...sessionMutations,
    ...signingKeyMutations,
  },
  Subscription: { ...auditSubscriptions, ...sessionEndedSubscriptions },
  AuditEvent,
  AuthPayload,
  ServerNode,
  Session,
  SigningKey,
  User,
};
