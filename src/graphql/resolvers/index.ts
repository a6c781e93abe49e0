import { DateTime } from '../date-time.js';
import type { Resolvers } from '../generated/resolvers.js';
import { Session, sessionMutations, sessionQueries } from './session.js';
import { ServerNode, serverNodeQueries } from './server-node.js';
import { AuthPayload, signInMutations } from './sign-in.js';
import { SigningKey, signingKeyMutations, signingKeyQueries } from './signing-key.js';
import { User, userMutations, userQueries } from './user.js';

export const resolvers: Resolvers = {
  DateTime,
  Query: {
    ...userQueries,
    ...sessionQueries,
    ...serverNodeQueries,
    ...signingKeyQueries,
    fieldPolicies: (_, _args, { policy }) => policy.entries(),
  },
  Mutation: {
    ...signInMutations,
    ...userMutations,
    ...sessionMutations,
    ...signingKeyMutations,
  },
  AuthPayload,
  ServerNode,
  Session,
  SigningKey,
  User,
};
