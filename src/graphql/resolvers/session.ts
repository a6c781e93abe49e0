import {
  listSessions,
  ourIdOf,
  revokeAllSessions,
  revokeMySession,
  revokeSession,
  revokeUserSessions,
  sessionsOfUser,
} from '../../services/index.js';
import { callerOf } from '../context.js';
import { clearIfEnded } from '../cookie-trade.js';
import { withOurId } from '../our-id.js';
import { withReceipts } from '../receipts.js';
import type {
  MutationResolvers,
  QueryResolvers,
  SessionResolvers,
} from '../generated/resolvers.js';

export const sessionQueries: QueryResolvers = {
  mySessions: (_, { includeEnded }, context) =>
    sessionsOfUser(context.deps, callerOf(context).token.userId, includeEnded),
  session: async (_, { id }, { deps }) =>
    (await deps.database.read((db) => deps.sessions.find(db, id))) ?? null,
  sessions: (_, args, { deps }) =>
    listSessions(deps, { ...args, filter: withOurId(deps, args.filter) }),
};

export const sessionMutations: MutationResolvers = {
  revokeMySession: (_, { id }, context) =>
    clearIfEnded(context, revokeMySession(context.deps, callerOf(context), id)),
  revokeSession: (_, args, context, info) => {
    const work = revokeSession(context.deps, callerOf(context), args);
    return withReceipts(clearIfEnded(context, work), context, info);
  },
  revokeUserSessions: (_, args, context, info) => {
    const userId = ourIdOf(context.deps, args.userId);
    const work = revokeUserSessions(context.deps, callerOf(context), { ...args, userId });
    return withReceipts(clearIfEnded(context, work), context, info);
  },
  revokeAllSessions: (_, args, context, info) => {
    const work = revokeAllSessions(context.deps, callerOf(context), args);
    return withReceipts(clearIfEnded(context, work), context, info);
  },
};

export const Session: SessionResolvers = {
  user: ({ userId }, _args, { users }) => ({
    id: userId,
    load: async () => (await users.load(userId)) ?? withoutUser(),
  }),
  device: ({ deviceId, deviceName }) => ({ id: deviceId, name: deviceName }),
  status: ({ endedReason }) => (endedReason === null ? 'ACTIVE' : 'ENDED'),
  endedReason: ({ endedReason, endedDetail }) =>
    endedDetail === null ? endedReason : `${endedReason ?? 'revoked'}: ${endedDetail}`,
  current: (session, _args, { token }) => session.current ?? session.id === token?.sessionId,
};

/** The database does not let it happen. */
function withoutUser(): never {
  throw new Error('a session without its user');
}
